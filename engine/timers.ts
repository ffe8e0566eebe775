import type { Basis, Change } from '../twin/changes.ts';
import type { HomeNode, LeaseNode, TwinGraph } from '../twin/graph/TwinGraph.ts';
import { consentLifecycle } from '../twin/lifecycles/consent.ts';
import { leaseLifecycle } from '../twin/lifecycles/lease.ts';
import { step } from '../twin/lifecycles/step.ts';
import { endLeases, settledOccupancy } from './endLease.ts';

/**
 * The changes that time alone makes due at the instant `now` (milliseconds since 1970): leases start and end, bases
 * reach their term. In the order to apply them; once applied, asking again gives none.
 */
export function dueChanges(graph: TwinGraph, now: number): readonly Change[] {
  const changes: Change[] = [];
  for (const home of graph.homes.values()) {
    if (home.leases.size > 0 || home.bases.size > 0) changes.push(...dueInHome(graph, home, now));
  }
  return changes;
}

/** The next instant after `now` at which something becomes due, in milliseconds since 1970; null when nothing will. */
export function nextDue(graph: Pick<TwinGraph, 'homes'>, now: number): number | null {
  let next = Number.POSITIVE_INFINITY;
  for (const home of graph.homes.values()) {
    for (const instant of instantsOf(home)) if (instant > now && instant < next) next = instant;
  }
  return Number.isFinite(next) ? next : null;
}

function* instantsOf(home: HomeNode): Generator<number> {
  for (const { lease, state } of home.leases.values()) {
    if (state === 'signed') yield Date.parse(lease.starts);
    if (state !== 'ended') yield Date.parse(lease.ends);
  }
  for (const { ends } of home.bases.values()) if (ends !== null) yield Date.parse(ends);
}

function dueInHome(graph: TwinGraph, home: HomeNode, now: number): readonly Change[] {
  const leases = [...home.leases.values()];
  const ending = leases.filter(({ lease, state }) => state !== 'ended' && Date.parse(lease.ends) <= now);
  const starting = leases.filter((each) => startsBy(each, now) && !ending.includes(each));
  const ended = endLeases(graph, home, ending);
  const gone = new Set(ended.map((change) => (change.kind === 'basis_ended' ? change.basis : null)));
  const expired = [...home.bases.values()].filter((basis) => isOver(basis, now) && !gone.has(basis.id));
  return [...expired.flatMap((basis) => expire(home, basis)), ...startedAfter(home, ended, starting)];
}

function startsBy({ lease, state }: LeaseNode, now: number): boolean {
  return state === 'signed' && Date.parse(lease.starts) <= now;
}

function isOver({ ends }: Basis, now: number): boolean {
  return ends !== null && Date.parse(ends) <= now;
}

function expire(home: HomeNode, basis: Basis): readonly Change[] {
  // A basis that is in force is `given`: the graph forgets those that ended.
  const next = step(consentLifecycle, 'given', 'expire');
  if (next.kind === 'refused') return [];
  return [{ kind: 'basis_ended', home: home.home.id, basis: basis.id, reason: 'expired' }];
}

/** One lease may end at the very instant at which the next one starts: the home is rented throughout. */
function startedAfter(home: HomeNode, ended: readonly Change[], starting: readonly LeaseNode[]): readonly Change[] {
  const started = starting.flatMap(({ lease, state }): Change[] => {
    const next = step(leaseLifecycle, state, 'start');
    if (next.kind === 'refused') return [];
    return [{ kind: 'lease_transitioned', home: home.home.id, lease: lease.id, to: next.to }];
  });
  if (started.length === 0) return ended;
  return [
    ...ended.filter((change) => change.kind !== 'occupancy_changed'),
    ...started,
    ...settledOccupancy(home, 'rented'),
  ];
}
