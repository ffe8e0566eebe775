import { relationsOf } from '../../engine/facts/pairFacts.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { Claimant, Purpose } from '../../twin/words.ts';
import type { Session } from './Session.ts';
import { livesThere } from './views.ts';

/**
 * On whose behalf the caller commands a device of a home: what was allowed for an emergency is for life safety, those who
 * live there speak for themselves, owners and managers for the landlord, utilities for the grid, all others for the community.
 */
export function claimantOf(session: Session, home: HomeNode, purpose: Purpose): Claimant {
  const { graph } = session.ports;
  const { subject } = session.caller;
  if (livesThere(session, home)) return 'resident';
  const relations = relationsOf(graph, home, subject);
  if (purpose === 'emergency' && relations.includes('responder')) return 'life_safety';
  if (relations.includes('owner')) return home.occupancy === 'rented' ? 'landlord' : 'resident';
  if (relations.includes('manages')) return 'landlord';
  return subject.organisation?.kind === 'utility' ? 'grid' : 'community';
}
