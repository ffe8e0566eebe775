import type { ResourceRef } from '../../engine/AccessRequest.ts';
import { type MissingFact, missingFact } from '../../engine/facts/missingFact.ts';
import { relationsOf } from '../../engine/facts/pairFacts.ts';
import type { Session } from './Session.ts';

/**
 * Reasons with what is to be told of the facts that were missing. When a device was last heard is told to those who have
 * something to do with its home, and to the auditor.
 */
export function withMissingFacts<Reason extends { readonly needs?: string }>(
  session: Session,
  reasons: readonly Reason[],
  { resource, at }: { readonly resource: ResourceRef | null; readonly at: string | null },
): readonly (Reason & { readonly missingFact?: MissingFact })[] {
  const { graph, clock } = session.ports;
  const instant = at === null ? clock.now() : Date.parse(at);
  return reasons.map((reason) => {
    if (reason.needs === undefined) return reason;
    const told = resource !== null && isConcerned(session, resource) ? resource : null;
    return { ...reason, missingFact: missingFact(reason.needs, { graph, resource: told, at: instant }) };
  });
}

function isConcerned({ caller, ports: { graph } }: Session, resource: ResourceRef): boolean {
  if (caller.kind === 'administrator') return true;
  const home = 'home' in resource ? graph.homes.get(resource.home) : undefined;
  return home !== undefined && relationsOf(graph, home, caller.subject).length > 0;
}
