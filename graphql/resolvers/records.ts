import type { HomeRecordType, HomeResource } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { relationsOf } from '../../engine/facts/pairFacts.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import type { AreaBasis, Basis } from '../../twin/changes.ts';
import type { HomeNode, LeaseNode } from '../../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import type { AlarmState } from '../../twin/words.ts';
import type { Session } from './Session.ts';
import { isHidden, showAlarm } from './showAlarm.ts';
import type { HomeView } from './views.ts';

/**
 * The alarms of a home that the caller may read, oldest first. What was over before the present tenancy began belongs to
 * the life of those who lived there then, and is nobody's any more.
 */
export function alarmsOf(session: Session, view: HomeView, state?: AlarmState | null): unknown[] {
  const tenancy = tenancyOf(view.home);
  const { graph } = session.ports;
  const nodes = [...view.home.alarms.values()].filter(
    (node) =>
      (state == null || node.state === state) &&
      (node.state !== 'reset' || node.tenancy === tenancy) &&
      !isHidden(session.caller, node),
  );
  return nodes.flatMap((node) => permitted(session, view, 'alarm', node.alarm.id, (by) => showAlarm(graph, node, by)));
}

/** The leases of a home that the caller may read. */
export function leasesOf(session: Session, view: HomeView): unknown[] {
  const nodes = [...view.home.leases.values()].filter((node) => knowsLease(session, view.home, node));
  return nodes.flatMap((node) => permitted(session, view, 'lease', node.lease.id, (by) => showLease(node, by)));
}

/** Whether a lease may be known of: a tenant knows their own, and not those of tenants before them. */
export function knowsLease({ caller, ports }: Session, home: HomeNode, { lease }: LeaseNode): boolean {
  const relations = relationsOf(ports.graph, home, caller.subject);
  const isTenant = relations.includes('tenant') && !relations.includes('owner') && !relations.includes('manages');
  return !isTenant || lease.tenant === caller.subject.person;
}

/** The bases in force in a home that the caller may read, with those that cover all homes of an area around it. */
export function consentsOf(session: Session, view: HomeView): unknown[] {
  const ofArea = session.ports.graph.areaBasesOver(view.home.home.area);
  const bases = [...view.home.bases.values(), ...ofArea.map((basis) => inHome(basis, view.home))];
  return bases.flatMap((basis) => permitted(session, view, 'consent', basis.id, (by) => showConsent(basis, by)));
}

/** A basis as the schema tells it. */
export function showConsent({ home: homeId, ...basis }: Basis, by: Decision) {
  return { ...basis, homeId, decisionId: by.id };
}

/** A basis of an area as the people of one of its homes see it; what is for organisations of a kind names the kind. */
function inHome({ area: _area, grantee, ...basis }: AreaBasis, { home }: HomeNode): Basis {
  return { ...basis, home: home.id, person: null, grantee: 'kind' in grantee ? grantee.kind : grantee.party };
}

function showLease({ lease: { home: homeId, ...lease }, state }: LeaseNode, by: Decision) {
  return { ...lease, homeId, state, decisionId: by.id };
}

function permitted<Shown>(
  session: Session,
  { home, purpose }: HomeView,
  type: HomeRecordType,
  id: string,
  show: (by: Decision) => Shown,
): Shown[] {
  const ref: HomeResource = { type, home: home.home.id, id };
  if (!session.serves(ref, null)) return [];
  const decision = session.decide('read', purpose, ref);
  return allowsWhole(decision) && session.settle(decision, ref) !== null ? [show(decision)] : [];
}
