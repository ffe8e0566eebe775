import type { Change } from '../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { touchedHomes } from '../../twin/graph/touchedBy.ts';
import { DueQueue } from '../DueQueue.ts';
import type { HouseholdRules } from '../household/HouseholdRules.ts';
import { type Reaction, type ReactPorts, react, reactLater } from '../react.ts';
import { duration } from '../rules/duration.ts';
import { homeEvents, LONGEST_CHAIN } from '../rules/homeEvents.ts';
import type { RuleEvent } from '../rules/RuleEvent.ts';
import { dueInAreas, dueInHome, instantsInAreas, instantsInHome } from '../timers.ts';
import { type Chance, waitingTime } from './Chance.ts';
import { causeOf } from './causeOf.ts';
import type { Cause, Forecast } from './Forecast.ts';
import type { DelayName, Rates } from './Rates.ts';

export type WorldOptions = Pick<ReactPorts, 'book' | 'temporal' | 'decideEffect'> & {
  /** It is changed: hand in a fork. */
  readonly graph: TwinGraph;
  readonly rates: Rates;
  /** Keeps the rules of homes in the book. */
  readonly households?: Pick<HouseholdRules, 'hear'>;
  /** Where it begins, in milliseconds since 1970. */
  readonly from: number;
  /** Told of each happening after the graph has it, with the homes that it may have changed. */
  readonly onHappened: (cause: Cause, homes: ReadonlySet<string>) => void;
};

/**
 * A twin whose time goes on by itself: what has a date comes about at its date, what was put on the time line at its
 * instant, and rules react. `chance` decides the rest, and nothing else does.
 */
export class World {
  readonly graph: TwinGraph;
  readonly rates: Rates;
  readonly effects: Record<keyof Forecast['effects'], number> = { granted: 0, refused: 0, failed: 0 };
  readonly #options: WorldOptions;
  readonly #timeline = new DueQueue<() => unknown>();
  #now: number;
  #ids = 0;

  constructor(options: WorldOptions) {
    this.graph = options.graph;
    this.rates = options.rates;
    this.#options = options;
    this.#now = options.from;
    // What is due already is for the twin that was handed in: it comes about at once.
    for (const home of this.graph.homes.values()) this.#awaitHome(home);
    this.#awaitAreas();
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  get at(): string {
    return new Date(this.#now).toISOString();
  }

  newId(of: string): string {
    this.#ids += 1;
    return `forecast-${of}-${this.#ids}`;
  }

  delay(name: DelayName): number {
    return duration(this.rates.delays[name].after);
  }

  /** Lets something happen at an instant. */
  put(at: number, happen: () => unknown): void {
    this.#timeline.add(at, happen);
  }

  /** Lets something happen after a time that varies around a mean. */
  later(name: DelayName, chance: Chance, happen: () => unknown): void {
    this.put(this.#now + waitingTime(chance, this.delay(name)), happen);
  }

  /** Lets time pass, and all happen that is to happen until then. */
  async pass(until: number): Promise<void> {
    for (let next = this.#timeline.take(until); next; next = this.#timeline.take(until)) {
      this.#now = Math.max(this.#now, next.at);
      await next.item();
    }
    this.#now = until;
  }

  /** Applies what happened at once. */
  apply(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const homes = new Set<string>();
    for (const change of changes) {
      for (const home of touchedHomes(this.graph, change)) homes.add(home);
      this.graph.apply(change);
      this.#options.households?.hear(change);
    }
    for (const id of homes) {
      const home = this.graph.homes.get(id);
      if (home) this.#awaitHome(home);
    }
    if (changes.some(({ kind }) => kind.startsWith('instrument_') || kind.startsWith('waiver_'))) this.#awaitAreas();
    this.#options.onHappened(causeOf(this.graph, changes), homes);
  }

  /** Lets rules react to what happened to a device. Answers the alarms that came of it. */
  async react(event: RuleEvent, depth = 0): Promise<readonly string[]> {
    return this.#take(await react(event, this.#ports()), depth);
  }

  #ports(): ReactPorts {
    return { ...this.#options, clock: { now: () => this.#now, after: () => () => undefined } };
  }

  async #take(
    { changes, effects, pending }: Pick<Reaction, 'changes' | 'effects' | 'pending'>,
    depth: number,
  ): Promise<readonly string[]> {
    for (const { result } of effects) this.effects[result] += 1;
    this.apply(changes);
    for (const later of pending) {
      this.put(later.dueAt, async () => this.#take(await reactLater(later, this.#ports()), 0));
    }
    for (const next of [...homeEvents(changes, { graph: this.graph, now: this.#now })]) {
      if (depth < LONGEST_CHAIN) await this.react(next, depth + 1);
    }
    return changes.flatMap((change) => (change.kind === 'alarm_raised' ? [change.alarm.id] : []));
  }

  /** Notes how long ago a device was heard, which is no change and may change who sees what all the same. */
  noteLastSeen(cause: Cause, home: string, device: string, lastSeen: 'fresh' | 'stale'): void {
    this.graph.noteLastSeen(home, device, lastSeen);
    this.#options.onHappened(cause, new Set([home]));
  }

  #awaitHome(home: HomeNode): void {
    const id = home.home.id;
    for (const at of new Set(instantsInHome(home, this.graph.commands.get(id)?.values()))) {
      if (at > this.#now) this.put(at, () => this.apply(dueInHome(this.graph, this.graph.home(id), this.#now)));
    }
  }

  #awaitAreas(): void {
    for (const at of new Set(instantsInAreas(this.graph))) {
      if (at > this.#now) this.put(at, () => this.apply(dueInAreas(this.graph, this.#now)));
    }
  }
}
