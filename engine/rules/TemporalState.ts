import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Reading } from '../../twin/TwinStore.ts';
import { isForHome } from './isConcerned.ts';
import { Counts, counterOf } from './memory/Counts.ts';
import { Holds } from './memory/Holds.ts';
import { Rates } from './memory/Rates.ts';
import { Repeats } from './memory/Repeats.ts';
import { waitersOf } from './memory/waitersOf.ts';
import { factsAsked, type LoadedRule } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';

/** What comes longer than this after a newer message of the same device is history: it is kept, and counts for nothing. */
export const LATE_MS = 3_600_000;

/** The last sign of life of a device, and the longest limit of silence since then that was dealt with. */
type Heard = { readonly home: string; at: number; dealtWith: number };
type Lasting = Extract<RuleEvent, { kind: 'condition_held' }>;

/** What is kept of a device across a restart, beside its last values and the log of its readings. */
type KeptMemory = {
  readonly held: ReturnType<Holds['of']>;
  /** Its last sign of life and the limit of silence that was dealt with since. */
  readonly heard: readonly [at: number, dealtWith: number] | null;
};

/**
 * What rules remember of the past: counts and rates within a time, how long properties have said something, and when each
 * device was last heard of. All of it by the source's time, so that a message told twice counts once; and a restart, which
 * takes in what was kept (`kept`) and reads recent messages again, ends in the same state. Its size is bounded by devices
 * and by what rules ask, not by messages.
 */
export class TemporalState {
  readonly #counts = new Counts();
  readonly #rates = new Rates();
  readonly #repeats = new Repeats();
  readonly #holds = new Holds();
  #heard = new Map<string, Heard>();
  /** The newest message of each device that is remembered of, by the source's time. */
  #newest = new Map<string, number>();
  /** Devices of which something is to be kept anew, with their homes. */
  #changed = new Map<string, string>();

  constructor(rules: readonly LoadedRule[]) {
    for (const rule of rules) this.add(rule);
  }

  /** Remembers what a rule asks, from now on: of the one home that it is for, or of all. */
  add({ rule }: LoadedRule, home: string | null = null): void {
    for (const { fact, params = {} } of factsAsked(rule.conditions)) {
      if (fact === 'count') this.#counts.add(params);
      else if (fact === 'rate_of_change') this.#rates.add(params);
      else if (fact === 'repeats') this.#repeats.add(params);
      else if (isHeld(fact)) this.#holds.add(params, home);
    }
    for (const { params, waiter } of waitersOf(rule)) this.#holds.addWaiter(params, waiter, home);
  }

  /** Remembers no more what this rule alone asks. */
  remove({ rule }: LoadedRule, home: string | null = null): void {
    this.#holds.removeWaiters(rule, home);
    for (const { fact, params = {} } of factsAsked(rule.conditions)) {
      if (fact === 'count') this.#counts.remove(params);
      else if (fact === 'rate_of_change') this.#rates.remove(params);
      else if (fact === 'repeats') this.#repeats.remove(params);
      else if (isHeld(fact)) {
        for (const [device, of] of this.#holds.remove(params, home)) this.#changed.set(device, of);
      }
    }
  }

  /**
   * Takes over all that another knows: when devices were heard of, and what both remember. What the other goes on
   * to hear is heard here too; so the other is used no more.
   */
  takeOver(other: TemporalState): void {
    this.#heard = other.#heard;
    this.#newest = other.#newest;
    this.#changed = other.#changed;
    this.#counts.trackers.takeOver(other.#counts.trackers);
    this.#rates.trackers.takeOver(other.#rates.trackers);
    this.#repeats.trackers.takeOver(other.#repeats.trackers);
    for (const [device, home] of this.#holds.takeOver(other.#holds)) this.#changed.set(device, home);
  }

  /** For how many devices something is counted that these rules count. */
  devicesCountedFor({ rule }: LoadedRule): number {
    const counts = [...factsAsked(rule.conditions)].filter(({ fact }) => fact === 'count');
    return new Set(counts.flatMap(({ params = {} }) => [...this.#counts.devicesOf(counterOf(params))])).size;
  }

  /** How far back from the newest message of a device `restore` must read for all to be right, in milliseconds. */
  get lookback(): number {
    const within = Math.max(this.#counts.trackers.longest, this.#rates.lookback, this.#repeats.trackers.longest);
    return within === 0 ? 0 : within + LATE_MS;
  }

  /** The properties of which readings are remembered. */
  get rememberedProperties(): readonly string[] {
    const all = [this.#counts, this.#rates, this.#repeats].flatMap(({ trackers }) => [...trackers.properties]);
    return [...new Set(all)];
  }

  /** Takes in an event. Taking in the same one again changes nothing. */
  observe(event: RuleEvent): void {
    if (event.kind === 'state_reported') {
      this.#observeReading(event.reading);
      if (!this.#holds.isEmpty) this.#observePresent(event.reading, event.previous);
    } else if (event.kind === 'device_online') {
      this.#hear(event.home, event.device, event.at);
      this.#changed.set(event.device, event.home);
    }
  }

  /** Takes in recent messages at a start, in the order in which they came. */
  restore(readings: Iterable<Reading>): void {
    for (const reading of readings) this.#observeReading(reading);
  }

  /** Whether a message comes so long after a newer one of its device that it counts for nothing. */
  isLate(device: string, at: number): boolean {
    return (this.#newest.get(device) ?? at) - at > LATE_MS;
  }

  /**
   * Takes in what the graph knows of each device, and what was kept of it, which is taken out of the graph. `takenUntil` is
   * the instant until which everybody was woken who waits for something to last.
   */
  restoreDevices(graph: TwinGraph, takenUntil: number): void {
    for (const home of graph.homes.values()) this.takeUp(home, takenUntil);
  }

  /** The same of one home. What is remembered already stays as it is. */
  takeUp({ home, devices }: HomeNode, takenUntil: number): void {
    for (const [device, node] of devices) {
      for (const { at } of node.values.values()) this.#hear(home.id, device, at);
      const { held = {}, heard = null } = (node.ruleMemory ?? {}) as Partial<KeptMemory>;
      node.ruleMemory = null;
      if (heard) this.#hearAgain(home.id, device, heard);
      const about = { home: home.id, device };
      if (this.#holds.restore(about, { kept: held, values: node.values, takenUntil }))
        this.#changed.set(device, home.id);
    }
  }

  /** How often a device said what a counter counts, in a time of its length around an instant (`Counts.count`). */
  count(counter: string, device: string, at: number): number {
    return this.#counts.count(counter, device, at);
  }

  /** How fast a value of a device rises at an instant, in units for each millisecond (`Rates.perMs`). */
  ratePerMs(meter: string, device: string, at: number): number | null {
    return this.#rates.perMs(meter, device, at);
  }

  /** How often a device said the same again until an instant (`Repeats.count`). */
  repeats(run: string, device: string, at: number): number {
    return this.#repeats.count(run, device, at);
  }

  /** For how many milliseconds a device has said what is watched (`Holds.heldFor`). */
  heldFor(watch: string, device: string, at: number): number {
    return this.#holds.heldFor(watch, device, at);
  }

  /** What a property was before it became what it has been for longest; undefined when that is not watched. */
  beforeHeld({ home, device }: { readonly home: string; readonly device: string }, property: string): unknown {
    return this.#holds.before(home, device, property);
  }

  /** When something has lasted long enough for a rule next, in milliseconds since 1970; infinity when nothing will. */
  get nextDue(): number {
    return this.#holds.nextDue;
  }

  /** What has lasted long enough for rules until the instant `now`, each time once, in the homes that they are for. */
  *lasting(now: number, graph: TwinGraph): Generator<Lasting> {
    for (const { home, device, waiter, at } of this.#holds.take(now)) {
      const { rule, named } = waiter;
      const node = graph.homes.get(home);
      if (!node || !isForHome(rule, node)) continue;
      const event = { kind: 'condition_held', home, device, rule: rule.id, at } as const;
      if (named === null) yield event;
      else if (node.devices.get(device)?.name === named) yield { ...event, named: true };
    }
  }

  /** When the device was last heard of, in milliseconds since 1970; null when never. */
  heardAt(device: string): number | null {
    return this.#heard.get(device)?.at ?? null;
  }

  /** The limits of silence that devices have passed and that nobody has dealt with, at the instant `now`. */
  *silences(now: number, limits: readonly number[]): Generator<Extract<RuleEvent, { kind: 'device_silent' }>> {
    for (const [device, { home, at, dealtWith }] of this.#heard) {
      for (const limit of limits) {
        if (limit > dealtWith && now - at >= limit) yield { kind: 'device_silent', home, device, at: now, limit };
      }
    }
  }

  /** Takes note that a silence has been dealt with; it holds until the device is heard of again. */
  dealtWith({ home, device, limit }: Extract<RuleEvent, { kind: 'device_silent' }>): void {
    const heard = this.#heard.get(device);
    if (!heard) return;
    heard.dealtWith = Math.max(heard.dealtWith, limit);
    this.#changed.set(device, home);
  }

  /** What is to be kept anew of devices, told once and of so many: with the batch that holds what brought it about. */
  *takeChanged(
    most: number,
  ): Generator<{ readonly home: string; readonly device: string; readonly memory: KeptMemory }> {
    let left = most;
    for (const [device, home] of this.#changed) {
      if (left <= 0) return;
      left -= 1;
      this.#changed.delete(device);
      const heard = this.#heard.get(device);
      yield {
        home,
        device,
        memory: { held: this.#holds.of(home, device), heard: heard ? [heard.at, heard.dealtWith] : null },
      };
    }
  }

  /** Forgets what the devices of a home showed, as when a tenancy ends; that they were heard of it does not forget. */
  forgetShown({ home, devices }: HomeNode): void {
    for (const device of devices.keys()) {
      this.#forgetShown(device);
      this.#changed.set(device, home.id);
    }
  }

  /** Forgets a device that is gone for good. */
  forget(device: string): void {
    this.#heard.delete(device);
    this.#newest.delete(device);
    this.#changed.delete(device);
    this.#forgetShown(device);
  }

  #forgetShown(device: string): void {
    for (const { trackers } of [this.#counts, this.#rates, this.#repeats]) trackers.forget(device);
    this.#holds.forget(device);
  }

  #observeReading(reading: Reading): void {
    const { home, device, at, values } = reading;
    this.#hear(home, device, at);
    if (this.isLate(device, at)) return;
    this.#newest.set(device, Math.max(this.#newest.get(device) ?? at, at));
    this.#counts.observe(device, values, at);
    this.#rates.observe(device, values, at);
    this.#repeats.observe(device, values, at);
  }

  #observePresent(reading: Reading, previous: Readonly<Record<string, unknown>> | undefined): void {
    const { home, device, values, current } = reading;
    if (current === false) return;
    for (const property in values) {
      if (current !== true && !current[property]) continue;
      const value = values[property];
      const before = previous && Object.hasOwn(previous, property) ? previous[property] : value;
      if (this.#holds.observe(reading, { property, value, before })) this.#changed.set(device, home);
    }
  }

  #hear(home: string, device: string, at: number): void {
    const known = this.#heard.get(device);
    if (!known || known.at < at) this.#heard.set(device, { home, at, dealtWith: 0 });
  }

  #hearAgain(home: string, device: string, [at, dealtWith]: readonly [number, number]): void {
    const known = this.#heard.get(device);
    if (!known || known.at <= at) this.#heard.set(device, { home, at, dealtWith });
  }
}

function isHeld(fact: string): boolean {
  return fact === 'held_for' || fact === 'room_held_for';
}
