import type { Basis, Change, Waiver } from '../twin/changes.ts';
import type { CommandNode } from '../twin/graph/HomeCommands.ts';
import type {
  EmergencyAccessNode,
  HomeNode,
  InstrumentNode,
  LeaseNode,
  TwinGraph,
  WaiverNode,
} from '../twin/graph/TwinGraph.ts';
import { consentLifecycle } from '../twin/lifecycles/consent.ts';
import { leaseLifecycle } from '../twin/lifecycles/lease.ts';
import { moveDrill } from '../twin/lifecycles/moveDrill.ts';
import { moveEmergencyAccess } from '../twin/lifecycles/moveEmergencyAccess.ts';
import { instrumentLifecycles, moveInstrument } from '../twin/lifecycles/moveInstrument.ts';
import { step } from '../twin/lifecycles/step.ts';
import { waiverLifecycle } from '../twin/lifecycles/waiver.ts';
import { expiredCommands, instantsOfCommands } from './commands/commandsOf.ts';
import { endLeases, settledOccupancy } from './endLease.ts';
import { dueRecords, instantsOfRecords } from './records/dueRecords.ts';

/**
 * The changes that time alone makes due at the instant `now` (milliseconds since 1970): leases, waivers and drills start and end,
 * bases and the instruments behind them reach their term. In the order to apply them; once applied, asking again gives none.
 */
export function dueChanges(graph: TwinGraph, now: number): readonly Change[] {
  const changes = [...dueInAreas(graph, now)];
  for (const home of graph.homes.values()) changes.push(...dueInHome(graph, home, now));
  return onceEach(changes);
}

/** Those of instruments and of waivers of areas. */
export function dueInAreas(graph: TwinGraph, now: number): readonly Change[] {
  const waivers = [...graph.areaWaivers.values()].flatMap((each) => [...each.values()]);
  return [...dueInstruments(graph, now), ...waivers.flatMap((node) => dueOfWaiver(node, now))];
}

/** Those of one home. */
export function dueInHome(graph: TwinGraph, home: HomeNode, now: number): readonly Change[] {
  const changes: Change[] = [];
  if (home.leases.size > 0 || home.bases.size > 0) changes.push(...dueLeasesAndBases(graph, home, now));
  if (home.drills.size > 0) changes.push(...dueDrills(graph, home, now));
  if (home.emergencyAccesses.size > 0) changes.push(...dueAccesses(graph, home, now));
  for (const node of home.waivers.values()) changes.push(...dueOfWaiver(node, now));
  if (home.records.size > 0) changes.push(...dueRecords(home, now));
  const commands = graph.commands.get(home.home.id);
  if (commands) changes.push(...expiredCommands(commands.values(), graph, now));
  return changes;
}

function dueInstruments(graph: TwinGraph, now: number): readonly Change[] {
  const act = { move: 'expire', by: null, at: new Date(now).toISOString() } as const;
  return [...graph.instruments.values()]
    .filter((node) => isDue(node, now))
    .flatMap(({ instrument }) => moveInstrument(graph, { instrument: instrument.id, act }));
}

function dueDrills(graph: TwinGraph, { home, drills }: HomeNode, now: number): readonly Change[] {
  return [...drills.values()].flatMap(({ drill, state }) => {
    const act = { home: home.id, drill: drill.id, by: null, at: now };
    if (state !== 'ended' && Date.parse(drill.ends) <= now) return moveDrill(graph, { ...act, event: 'end' });
    if (state === 'announced' && Date.parse(drill.starts) <= now) return moveDrill(graph, { ...act, event: 'start' });
    return [];
  });
}

function dueAccesses(graph: TwinGraph, { home, emergencyAccesses }: HomeNode, now: number): readonly Change[] {
  const act = { move: 'expire', by: null, at: new Date(now).toISOString() } as const;
  return [...emergencyAccesses.values()]
    .filter((node) => isOpen(node) && Date.parse(node.access.ends) <= now)
    .map(({ access }) => moveEmergencyAccess(graph, { home: home.id, access: access.id, act, party: null }));
}

function isOpen({ state }: EmergencyAccessNode): boolean {
  return state === 'opened' || state === 'confirmed';
}

/** What reaches its own term and ends with something else besides, ends once. */
function onceEach(changes: readonly Change[]): readonly Change[] {
  const ended = new Set<string>();
  return changes.filter((change) => {
    const thing = endedThing(change);
    if (thing === null) return true;
    const isFirst = !ended.has(thing);
    ended.add(thing);
    return isFirst;
  });
}

function endedThing(change: Change): string | null {
  switch (change.kind) {
    case 'basis_ended':
      return JSON.stringify([change.home, change.basis]);
    case 'area_basis_ended':
      return JSON.stringify(['area', change.basis]);
    case 'instrument_transitioned':
      return JSON.stringify([change.instrument]);
    default:
      return null;
  }
}

function isDue(node: InstrumentNode, now: number): boolean {
  return endOf(node) <= now;
}

/** When an instrument reaches its term; never, when it has none or its life is over. */
function endOf({ instrument, state, ends }: InstrumentNode): number {
  const canExpire = ends !== null && step(instrumentLifecycles[instrument.kind], state, 'expire').kind === 'moved';
  return canExpire ? Date.parse(ends) : Number.POSITIVE_INFINITY;
}

/** What of a graph has instants at which something becomes due. */
export type TimedGraph = Pick<TwinGraph, 'homes' | 'areaWaivers' | 'instruments'>;

/** The next instant after `now` at which something becomes due, in milliseconds since 1970; null when nothing will. */
export function nextDue(graph: TimedGraph, now: number): number | null {
  let next = Number.POSITIVE_INFINITY;
  const take = (instant: number) => {
    if (instant > now && instant < next) next = instant;
  };
  for (const instant of instantsInAreas(graph)) take(instant);
  for (const home of graph.homes.values()) for (const instant of instantsInHome(home)) take(instant);
  return Number.isFinite(next) ? next : null;
}

/** The instants at which time alone changes a waiver. */
export function instantsOfWaiver({ starts, ends }: Waiver): readonly number[] {
  return [Date.parse(starts), Date.parse(ends)];
}

/** What brings a waiver where it is to be at an instant; one whose term went by unseen is ended without having acted. */
export function dueOfWaiver({ waiver, state }: WaiverNode, now: number): readonly Change[] {
  const [starts, ends] = instantsOfWaiver(waiver);
  const event = ends! <= now ? 'end' : 'start';
  const next = step(waiverLifecycle, state, event);
  if (next.kind === 'refused' || starts! > now) return [];
  const { id, home, area } = waiver;
  return [{ kind: 'waiver_transitioned', home, area, waiver: id, to: next.to, at: new Date(now).toISOString() }];
}

/** The instants at which something of areas becomes due by what is known, past ones among them. */
export function* instantsInAreas({
  areaWaivers,
  instruments,
}: Pick<TwinGraph, 'areaWaivers' | 'instruments'>): Generator<number> {
  for (const node of instruments.values()) if (Number.isFinite(endOf(node))) yield endOf(node);
  for (const waivers of areaWaivers.values()) yield* instantsOfWaivers(waivers);
}

function* instantsOfWaivers(waivers: ReadonlyMap<string, WaiverNode>): Generator<number> {
  for (const { waiver, state } of waivers.values()) if (state !== 'ended') yield* instantsOfWaiver(waiver);
}

/** The same of one home, and of its commands where they are given: `CommandDelivery` has timers of its own for those. */
export function* instantsInHome(home: HomeNode, commands: Iterable<CommandNode> = []): Generator<number> {
  for (const { lease, state } of home.leases.values()) {
    if (state === 'signed') yield Date.parse(lease.starts);
    if (state !== 'ended') yield Date.parse(lease.ends);
  }
  for (const { ends } of home.bases.values()) if (ends !== null) yield Date.parse(ends);
  if (home.records.size > 0) yield* instantsOfRecords(home);
  for (const { drill, state } of home.drills.values()) {
    if (state === 'announced') yield Date.parse(drill.starts);
    if (state !== 'ended') yield Date.parse(drill.ends);
  }
  for (const node of home.emergencyAccesses.values()) if (isOpen(node)) yield Date.parse(node.access.ends);
  if (home.waivers.size > 0) yield* instantsOfWaivers(home.waivers);
  yield* instantsOfCommands(commands);
}

function dueLeasesAndBases(graph: TwinGraph, home: HomeNode, now: number): readonly Change[] {
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
