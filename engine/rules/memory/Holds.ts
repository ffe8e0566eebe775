import type { Reading } from '../../../twin/TwinStore.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import { DueQueue } from '../../DueQueue.ts';
import type { FactParams } from '../facts/RuleFact.ts';
import type { Rule } from '../Rule.ts';
import { isSetBack } from '../time/isSetBack.ts';

/**
 * Since when a property has said what is asked, by the source's time and by ours when we heard of it, and what it said before;
 * null when that was not known.
 */
type Hold = { readonly home: string; readonly since: number; readonly heardAt: number; readonly before: unknown };
/** Who waits for it to have lasted, at whatever device or at the one of a name, and how long, in milliseconds. */
type Waiter = { readonly rule: Rule; readonly ms: number; readonly named: string | null };
/** What a timer has found: what is asked has lasted for as long as a rule waits for. */
type Lasted = { readonly home: string; readonly device: string; readonly waiter: Waiter; readonly at: number };

/** Those who ask for it in one home, or in all. */
type Askers = { users: number; waiters: readonly Waiter[] };
type Watch = {
  readonly key: string;
  readonly property: string;
  readonly accepts: (value: unknown) => boolean;
  /** Whether it is asked for how long it says the same, whatever that is. */
  readonly anySame: boolean;
  /** By home; null stands for all homes. */
  readonly askers: Map<string | null, Askers>;
  holds: Map<string, Hold>;
};
type Due = { readonly device: string; readonly watch: Watch; readonly waiter: Waiter };

/** What is held of a device, by the names of what is watched, as it is kept across a restart. */
type Held = Readonly<Record<string, readonly [since: number, heardAt: number, before: unknown]>>;
type KeptHolds = {
  readonly kept: Held;
  readonly values: ReadonlyMap<string, { readonly value: unknown; readonly at: number; readonly receivedAt: number }>;
  /** Until when everybody was woken who waits. */
  readonly takenUntil: number;
};

const NONE: readonly Watch[] = [];

/** The name under which it is kept since when: equal for equal parameters of `held_for`, whatever unit it is told in. */
export function watchOf({ property, in: values, above, below }: FactParams): string {
  return canonicalJson([property, values ?? null, above ?? null, below ?? null]);
}

/**
 * How long properties have said what rules ask. It goes by present values alone: one that comes late changes nothing. What
 * lasts long enough for a rule is found by its instant, and each time once.
 */
export class Holds {
  readonly #watches = new Map<string, Watch>();
  /** What is asked in all homes by property, and what is asked in one home alone by home and property. */
  readonly #inAll = new Map<string, readonly Watch[]>();
  readonly #inOne = new Map<string, Map<string, readonly Watch[]>>();
  readonly #due = new DueQueue<Due>();
  /** The devices for which somebody waits in the queue: one that goes on and off waits there once. */
  readonly #waiting = new WeakMap<Waiter, Set<string>>();
  #takenUntil = Number.NEGATIVE_INFINITY;

  get isEmpty(): boolean {
    return this.#watches.size === 0;
  }

  /** When something lasts long enough next, in milliseconds since 1970; infinity when nothing will. */
  get nextDue(): number {
    return this.#due.next;
  }

  /** Watches what one home asks, or all. */
  add(params: FactParams, home: string | null): void {
    const key = watchOf(params);
    let watch = this.#watches.get(key);
    if (!watch) {
      const property = String(params['property']);
      watch = {
        key,
        property,
        accepts: acceptsOf(params),
        anySame: isAnySame(params),
        askers: new Map(),
        holds: new Map(),
      };
      this.#watches.set(key, watch);
    }
    const askers = watch.askers.get(home);
    if (askers) {
      askers.users += 1;
      return;
    }
    watch.askers.set(home, { users: 1, waiters: [] });
    const list = this.#listOf(home);
    list.set(watch.property, [...(list.get(watch.property) ?? NONE), watch]);
  }

  /** Wakes a rule when what it asks has lasted as long as it asks; what lasts already wakes it when it is due from now on. */
  addWaiter(params: FactParams, waiter: Waiter, home: string | null): void {
    const watch = this.#watches.get(watchOf(params));
    const askers = watch?.askers.get(home);
    if (!watch || !askers) return;
    askers.waiters = [...askers.waiters, waiter];
    for (const [device, hold] of watch.holds) {
      if ((home === null || hold.home === home) && dueAt(hold, waiter) > this.#takenUntil)
        this.#await({ device, watch, waiter }, hold);
    }
  }

  removeWaiters(rule: Rule, home: string | null): void {
    for (const { askers } of this.#watches.values()) {
      const own = askers.get(home);
      if (own) own.waiters = own.waiters.filter((waiter) => waiter.rule !== rule);
    }
  }

  /** Watches no more what nobody else asks. Answers the devices, with their homes, of which something is forgotten. */
  remove(params: FactParams, home: string | null): ReadonlyMap<string, string> {
    const watch = this.#watches.get(watchOf(params));
    const askers = watch?.askers.get(home);
    const forgotten = new Map<string, string>();
    if (!watch || !askers) return forgotten;
    askers.users -= 1;
    if (askers.users > 0) return forgotten;
    watch.askers.delete(home);
    const list = this.#listOf(home);
    const left = (list.get(watch.property) ?? NONE).filter((each) => each !== watch);
    if (left.length > 0) list.set(watch.property, left);
    else list.delete(watch.property);
    if (home !== null && list.size === 0) this.#inOne.delete(home);
    for (const [device, hold] of watch.holds) {
      if (watch.askers.has(null) || watch.askers.has(hold.home)) continue;
      watch.holds.delete(device);
      forgotten.set(device, hold.home);
    }
    if (watch.askers.size === 0) this.#watches.delete(watch.key);
    return forgotten;
  }

  /**
   * Takes in a property's present value and what it was before. Answers whether something began or ended, so that what is
   * kept of the device must be written.
   */
  observe(
    { home, device, at, receivedAt }: Pick<Reading, 'home' | 'device' | 'at' | 'receivedAt'>,
    { property, value, before }: { readonly property: string; readonly value: unknown; readonly before: unknown },
  ): boolean {
    let hasChanged = false;
    for (const watch of this.#watching(home, property)) {
      const isHeld = watch.holds.has(device) && !(watch.anySame && value !== before);
      if (watch.accepts(value) === isHeld) continue;
      hasChanged = true;
      if (!watch.accepts(value)) watch.holds.delete(device);
      else this.#begin(watch, device, { home, since: at, heardAt: receivedAt, before });
    }
    return hasChanged;
  }

  /** For how many milliseconds, at an instant, the property has said so; 0 when it does not. */
  heldFor(key: string, device: string, at: number): number {
    const hold = this.#watches.get(key)?.holds.get(device);
    return hold ? Math.max(0, at - hold.since) : 0;
  }

  /** What a property was before it became what it has been for longest; undefined when it is not watched or not so. */
  before(home: string, device: string, property: string): unknown {
    let longest: Hold | undefined;
    for (const { holds } of this.#watching(home, property)) {
      const hold = holds.get(device);
      if (hold && (!longest || hold.since < longest.since)) longest = hold;
    }
    return longest?.before;
  }

  /** What has lasted long enough for a rule until the instant `now`, in the order of its instants. */
  *take(now: number): Generator<Lasted> {
    this.#takenUntil = isSetBack(this.#takenUntil, now) ? now : Math.max(this.#takenUntil, now);
    for (let due = this.#due.take(now); due; due = this.#due.take(now)) {
      const { device, watch, waiter } = due.item;
      this.#waiting.get(waiter)?.delete(device);
      const hold = watch.holds.get(device);
      if (!hold || !waits(watch, waiter, hold)) continue;
      // It may have ended and begun again since.
      if (dueAt(hold, waiter) === due.at) yield { home: hold.home, device, waiter, at: due.at };
      else this.#await(due.item, hold);
    }
  }

  /** What is held of a device, to be kept across a restart. */
  of(home: string, device: string): Held {
    const held: Record<string, Held[string]> = {};
    for (const list of [this.#inAll, this.#inOne.get(home)]) {
      for (const watch of [...(list?.values() ?? [])].flat()) {
        const hold = watch.holds.get(device);
        if (hold) held[watch.key] = [hold.since, hold.heardAt, hold.before];
      }
    }
    return held;
  }

  /**
   * Takes in what was kept of a device. What is watched and was not kept is taken from its present values, as if it began
   * with the last message known. Answers whether what is held is not what was kept.
   */
  restore(
    { home, device }: { readonly home: string; readonly device: string },
    { kept, values, takenUntil }: KeptHolds,
  ): boolean {
    this.#takenUntil = Math.max(this.#takenUntil, takenUntil);
    let isOther = Object.keys(kept).some((key) => !isAskedIn(this.#watches.get(key), home));
    for (const [property, { value, at, receivedAt }] of values) {
      for (const watch of this.#watching(home, property)) {
        if (watch.holds.has(device) || !watch.accepts(value)) continue;
        isOther ||= !kept[watch.key];
        const [since, heardAt, before] = kept[watch.key] ?? [at, receivedAt, null];
        this.#begin(watch, device, { home, since, heardAt, before }, takenUntil);
      }
    }
    return isOther;
  }

  /**
   * Takes over what another knows of what both watch; whoever waits here waits for what has not lasted long enough yet.
   * Answers the devices, with their homes, of which something is watched no more.
   */
  takeOver(other: Holds): ReadonlyMap<string, string> {
    const dropped = new Map<string, string>();
    this.#takenUntil = other.#takenUntil;
    for (const [key, { holds }] of other.#watches) {
      const watch = this.#watches.get(key);
      // The same map: what goes on under the other ends here too.
      if (watch) watch.holds = holds;
      for (const [device, hold] of holds) {
        if (watch && isAskedIn(watch, hold.home)) this.#begin(watch, device, hold, other.#takenUntil);
        else {
          holds.delete(device);
          dropped.set(device, hold.home);
        }
      }
    }
    return dropped;
  }

  forget(device: string): void {
    for (const { holds } of this.#watches.values()) holds.delete(device);
  }

  #begin(watch: Watch, device: string, hold: Hold, after = Number.NEGATIVE_INFINITY): void {
    watch.holds.set(device, hold);
    for (const home of [null, hold.home]) {
      for (const waiter of watch.askers.get(home)?.waiters ?? []) {
        if (dueAt(hold, waiter) > after) this.#await({ device, watch, waiter }, hold);
      }
    }
  }

  #await(due: Due, hold: Hold): void {
    const { device, waiter } = due;
    const devices = this.#waiting.get(waiter) ?? new Set();
    if (devices.has(device)) return;
    this.#waiting.set(waiter, devices.add(device));
    this.#due.add(dueAt(hold, waiter), due);
  }

  /** What is watched of a property of a home's devices, each once. */
  #watching(home: string, property: string): readonly Watch[] {
    const inAll = this.#inAll.get(property) ?? NONE;
    const inOne = this.#inOne.get(home)?.get(property);
    return inOne ? [...inAll, ...inOne.filter(({ askers }) => !askers.has(null))] : inAll;
  }

  #listOf(home: string | null): Map<string, readonly Watch[]> {
    if (home === null) return this.#inAll;
    let list = this.#inOne.get(home);
    if (!list) {
      list = new Map();
      this.#inOne.set(home, list);
    }
    return list;
  }
}

/** When it has lasted; of what was told late, just after we heard of it, for that instant may have been dealt with. */
function dueAt({ since, heardAt }: Hold, { ms }: Waiter): number {
  return Math.max(since + ms, heardAt + 1);
}

function waits({ askers }: Watch, waiter: Waiter, { home }: Hold): boolean {
  return askers.get(null)?.waiters.includes(waiter) || askers.get(home)?.waiters.includes(waiter) || false;
}

function isAskedIn(watch: Watch | undefined, home: string): boolean {
  return watch !== undefined && (watch.askers.has(null) || watch.askers.has(home));
}

function isAnySame({ in: values, above, below }: FactParams): boolean {
  return values === undefined && above === undefined && below === undefined;
}

function acceptsOf({ in: values, above, below }: FactParams): (value: unknown) => boolean {
  if (values !== undefined) {
    const wanted = new Set(values as readonly unknown[]);
    return (value) => wanted.has(value);
  }
  if (above === undefined && below === undefined) return () => true;
  const [from, until] = [above ?? Number.NEGATIVE_INFINITY, below ?? Number.POSITIVE_INFINITY] as [number, number];
  return (value) => typeof value === 'number' && value > from && value < until;
}
