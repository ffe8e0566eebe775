import type { GeoPlace } from '../../../twin/changes.ts';
import { placeOf, zoneOf } from '../../../twin/graph/placeOf.ts';
import type { HomeNode, TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import { DueQueue } from '../../DueQueue.ts';
import { duration, offsetMs } from '../duration.ts';
import { isForHome, isMeant } from '../isConcerned.ts';
import type { Rule } from '../Rule.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import { isSetBack } from './isSetBack.ts';
import { LocalClock } from './LocalClock.ts';
import { minutesOf } from './minutesOf.ts';
import { nextSun } from './sun.ts';

/** What was missed while the program was down, or the machine asleep, is made up for so long; what is older is not. */
const MAKE_UP_MS = 600_000;

/** Homes that come to an instant together: those of a zone, or of a place where the sun matters. */
type Group = { readonly zone: string; readonly place: GeoPlace | null };
/** When a rule is woken next after an instant; null when never. */
type Schedule = { readonly bySun: boolean; next(group: Group, after: number): number | null };
type Timed = { readonly rule: Rule; readonly home: string | null; readonly schedules: readonly Schedule[] };
type Due = { readonly timed: Timed; readonly schedule: Schedule; readonly group: Group };
type TimeReached = Extract<RuleEvent, { kind: 'time_reached' }>;

/**
 * The instants that rules wait for by the home's clock and sun: each home is woken by its own, and each instant once. Homes
 * of one zone wait together, so that what is waiting grows with rules and zones, not with homes.
 */
export class RuleTimers {
  readonly #timed = new Map<Rule, Timed>();
  #due = new DueQueue<Due>();
  /** Those that wait for nothing yet. */
  #unplaced = new Set<Timed>();
  #takenUntil: number;

  /** `takenUntil` is the instant until which everybody was woken who waits. */
  constructor(takenUntil: number) {
    this.#takenUntil = takenUntil;
  }

  get takenUntil(): number {
    return this.#takenUntil;
  }

  /** Wakes a rule from now on: in one home, or in all. */
  add(rule: Rule, home: string | null): void {
    const schedules = [...schedulesOf(rule)];
    if (schedules.length === 0) return;
    const timed = { rule, home, schedules };
    this.#timed.set(rule, timed);
    this.#unplaced.add(timed);
  }

  remove(rule: Rule): void {
    const timed = this.#timed.get(rule);
    if (!timed) return;
    this.#timed.delete(rule);
    this.#unplaced.delete(timed);
  }

  /** Looks anew where homes stand: some have come, or were placed elsewhere. */
  placeAgain(): void {
    this.#due = new DueQueue();
    this.#unplaced = new Set(this.#timed.values());
  }

  /** When somebody is woken next, in milliseconds since 1970; infinity when nobody is. */
  nextDue(graph: TwinGraph): number {
    this.#place(graph);
    return this.#due.next;
  }

  /** What rules were waiting for until the instant `now`, earliest first. What was missed for too long is left out. */
  *take(graph: TwinGraph, now: number): Generator<TimeReached> {
    if (isSetBack(this.#takenUntil, now)) {
      this.#takenUntil = now;
      this.placeAgain();
    }
    this.#place(graph);
    this.#takenUntil = Math.max(this.#takenUntil, now);
    const homes = new GroupedHomes(graph);
    for (let due = this.#due.take(now); due; due = this.#due.take(now)) {
      const { timed, schedule, group } = due.item;
      if (this.#timed.get(timed.rule) !== timed) continue;
      this.#await(due.item, Math.max(due.at, now - MAKE_UP_MS - 1));
      if (due.at < now - MAKE_UP_MS) continue;
      for (const home of homes.of(group, schedule)) {
        const isMine = timed.home === null || timed.home === home.home.id;
        if (isMine && isForHome(timed.rule, home)) yield* reached(timed.rule, home, due.at);
      }
    }
  }

  #place(graph: TwinGraph): void {
    if (this.#unplaced.size === 0) return;
    const everywhere = [...this.#unplaced].some(({ home }) => home === null) ? groupsOf(graph) : [];
    for (const timed of this.#unplaced) {
      const home = timed.home === null ? undefined : graph.homes.get(timed.home);
      const groups = timed.home === null ? everywhere : home ? [groupOf(graph, home)] : [];
      for (const schedule of timed.schedules) {
        const alike = new Map(groups.map((group) => [keyOf(group, schedule), group]));
        for (const group of alike.values()) this.#await({ timed, schedule, group }, this.#takenUntil);
      }
    }
    this.#unplaced.clear();
  }

  #await(due: Due, after: number): void {
    const at = due.schedule.next(due.group, after);
    if (at !== null) this.#due.add(at, due);
  }
}

/** One event for the home, or one for each of the devices that the rule is for. */
function* reached({ id, on }: Rule, home: HomeNode, at: number): Generator<TimeReached> {
  const event = { kind: 'time_reached', home: home.home.id, rule: id, at } as const;
  if (!on.devices) return yield event;
  for (const node of home.devices.values()) {
    if (node.state !== 'retired' && isMeant(node, on.devices, home)) yield { ...event, device: node.device.id };
  }
}

function* schedulesOf({ on: { times = [], every, sun = [] } }: Rule): Generator<Schedule> {
  for (const time of times) {
    const minutes = minutesOf(time);
    yield { bySun: false, next: ({ zone }, after) => LocalClock.of(zone).nextTime(minutes, after) };
  }
  if (every !== undefined) {
    const ms = duration(every);
    yield { bySun: false, next: ({ zone }, after) => LocalClock.of(zone).nextMultiple(ms, after) };
  }
  for (const { event, offset } of sun) {
    const wanted = { event, offset: offsetMs(offset) };
    yield { bySun: true, next: ({ place }, after) => place && nextSun(place, wanted, after) };
  }
}

function groupOf(graph: TwinGraph, home: HomeNode): Group {
  return { zone: zoneOf(graph, home), place: placeOf(graph, home) };
}

function groupsOf(graph: TwinGraph): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const home of graph.homes.values()) {
    const group = groupOf(graph, home);
    groups.set(textOf(group), group);
  }
  return [...groups.values()];
}

function keyOf(group: Group, { bySun }: Schedule): string {
  return bySun ? textOf(group) : group.zone;
}

function textOf({ zone, place }: Group): string {
  return place ? `${place.latitude} ${place.longitude} ${zone}` : zone;
}

/** The homes of each group. They are looked at once: at sunrise there are as many groups as placed homes. */
class GroupedHomes {
  readonly #graph: TwinGraph;
  readonly #byKey = new Map<boolean, Map<string, HomeNode[]>>();

  constructor(graph: TwinGraph) {
    this.#graph = graph;
  }

  of(group: Group, schedule: Schedule): readonly HomeNode[] {
    let known = this.#byKey.get(schedule.bySun);
    if (!known) {
      known = Map.groupBy(this.#graph.homes.values(), (home) => keyOf(groupOf(this.#graph, home), schedule));
      this.#byKey.set(schedule.bySun, known);
    }
    return known.get(keyOf(group, schedule)) ?? [];
  }
}
