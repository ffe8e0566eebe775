import { CodedError } from '../twin/CodedError.ts';
import type { Change } from '../twin/changes.ts';
import type { HomeNode, LeaseNode, TwinGraph } from '../twin/graph/TwinGraph.ts';
import { type LeaseAction, leaseLifecycle } from '../twin/lifecycles/lease.ts';
import { step } from '../twin/lifecycles/step.ts';
import type { Occupancy } from '../twin/words.ts';

/**
 * The changes by which a lease ends, in the order to apply them: what its tenant and the household allowed others ends
 * with it, so do their relations to the home, and the home is vacant or its owner's again.
 *
 * Throws `twin:lease.not_found`, and `twin:lease.move_refused` when it has ended already.
 */
export function endLease(graph: TwinGraph, { home, lease }: { home: string; lease: string }): readonly Change[] {
  return endLeases(graph, graph.home(home), [graph.lease(home, lease)]);
}

/** As `endLease` for leases of one home that end at the same instant, none of which keeps the household in. */
export function endLeases(graph: TwinGraph, home: HomeNode, ending: readonly LeaseNode[]): readonly Change[] {
  const stay = [...home.leases.values()].filter(({ state }) => state === 'active').filter((l) => !ending.includes(l));
  const leavers = new Set<string>();
  const changes: Change[] = [];
  const actions = new Set<LeaseAction>();
  for (const { lease, state } of ending) {
    const next = step(leaseLifecycle, state, 'end');
    if (next.kind === 'refused') throw alreadyEnded(lease.id);
    changes.push({ kind: 'lease_transitioned', home: home.home.id, lease: lease.id, to: next.to });
    for (const action of next.actions) actions.add(action as LeaseAction);
    if (state === 'active') for (const person of householdOf(graph, home, lease.tenant, stay)) leavers.add(person);
  }
  const staying = new Set(stay.map(({ lease }) => lease.tenant));
  for (const person of staying) leavers.delete(person);
  return [
    ...(actions.has('end_tenants_bases') ? endedBases(home, leavers) : []),
    ...(actions.has('end_household') ? endedRelations(home, leavers) : []),
    ...changes,
    ...(actions.has('settle_occupancy') ? settledOccupancy(home, occupancyAfter(home, stay, leavers)) : []),
  ];
}

/** The change of occupancy, when it is one. */
export function settledOccupancy(home: HomeNode, occupancy: Occupancy): readonly Change[] {
  return home.occupancy === occupancy ? [] : [{ kind: 'occupancy_changed', home: home.home.id, occupancy }];
}

/**
 * The tenant, and, when no other lease keeps anyone in, all who reside without owning: the household came with the
 * tenant, and nothing in the twin says which of two tenants a resident belongs to.
 */
function householdOf(graph: TwinGraph, home: HomeNode, tenant: string, stay: readonly LeaseNode[]): readonly string[] {
  if (stay.length > 0) return [tenant];
  const residents = [...home.people].filter(([id, known]) => known.has('resident') && graph.people.has(id));
  return [tenant, ...residents.filter(([id, known]) => !known.has('owner') && !isLandlord(home, id)).map(([id]) => id)];
}

function isLandlord(home: HomeNode, person: string): boolean {
  return [...home.leases.values()].some(({ lease }) => lease.landlord === person);
}

function endedBases(home: HomeNode, leavers: ReadonlySet<string>): readonly Change[] {
  return [...home.bases.values()]
    .filter((basis) => leavers.has(basis.givenBy) || (basis.person !== null && leavers.has(basis.person)))
    .map((basis) => ({ kind: 'basis_ended', home: home.home.id, basis: basis.id, reason: 'lease_ended' }));
}

/** Whoever leaves keeps what rests on owning; everything else came with the lease. */
function endedRelations(home: HomeNode, leavers: ReadonlySet<string>): readonly Change[] {
  return [...leavers].flatMap((subject) =>
    [...(home.people.get(subject) ?? [])]
      .filter((relation) => relation !== 'owner')
      .map((relation): Change => ({ kind: 'relation_ended', subject, relation, object: home.home.id })),
  );
}

function occupancyAfter(home: HomeNode, stay: readonly LeaseNode[], leavers: ReadonlySet<string>): Occupancy {
  if (stay.length > 0) return 'rented';
  const left = [...home.people].some(([person, known]) => known.has('resident') && !leavers.has(person));
  return left ? 'owner_occupied' : 'vacant';
}

function alreadyEnded(lease: string): CodedError {
  return new CodedError('twin:lease.move_refused', `the lease \`${lease}\` has ended already`, {
    hint: 'a lease that ended stays ended: sign a new one',
  });
}
