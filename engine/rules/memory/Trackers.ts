import { duration } from '../duration.ts';
import type { FactParams } from '../facts/RuleFact.ts';

/** What rules ask to be remembered of a property within a time, by device. */
export type Tracker<Memory> = {
  /** How many conditions of rules ask for it. */
  users: number;
  readonly property: string;
  /** In milliseconds. */
  readonly within: number;
  memories: Map<string, Memory>;
};

/** Devices remembered for each tracker; beyond it those heard of longest ago are forgotten. */
const DEVICES_KEPT = 100_000;

/** The trackers of one kind, each under a name that is equal for equal parameters; one that nobody asks for any more ends. */
export class Trackers<Memory, More extends object = object> {
  readonly #byKey = new Map<string, Tracker<Memory> & More>();
  readonly #byProperty = new Map<string, readonly (Tracker<Memory> & More)[]>();

  add(key: string, { property, within }: FactParams, more: More): void {
    const known = this.#byKey.get(key);
    if (known) {
      known.users += 1;
      return;
    }
    const asked = { property: String(property), within: duration(String(within)) };
    const tracker = { ...more, ...asked, users: 1, memories: new Map<string, Memory>() };
    this.#byKey.set(key, tracker);
    this.#byProperty.set(asked.property, [...this.of(asked.property), tracker]);
  }

  remove(key: string): void {
    const tracker = this.#byKey.get(key);
    if (!tracker) return;
    tracker.users -= 1;
    if (tracker.users > 0) return;
    this.#byKey.delete(key);
    const left = this.of(tracker.property).filter((each) => each !== tracker);
    if (left.length > 0) this.#byProperty.set(tracker.property, left);
    else this.#byProperty.delete(tracker.property);
  }

  get(key: string): (Tracker<Memory> & More) | undefined {
    return this.#byKey.get(key);
  }

  /** Those of a property. */
  of(property: string): readonly (Tracker<Memory> & More)[] {
    return this.#byProperty.get(property) ?? NONE;
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  get properties(): Iterable<string> {
    return this.#byProperty.keys();
  }

  /** The longest time that one looks back, in milliseconds. */
  get longest(): number {
    return Math.max(0, ...[...this.#byKey.values()].map(({ within }) => within));
  }

  /** Takes over what another remembers for the same; what goes on to be remembered there is remembered here too. */
  takeOver(other: Trackers<Memory, More>): void {
    for (const [key, tracker] of this.#byKey) {
      const same = other.#byKey.get(key);
      if (same) tracker.memories = same.memories;
    }
  }

  forget(device: string): void {
    for (const { memories } of this.#byKey.values()) memories.delete(device);
  }
}

const NONE: readonly never[] = [];

/** Remembers something of a device, in the place of what was, and forgets whoever was heard of longest ago. */
export function remember<Memory>({ memories }: Tracker<Memory>, device: string, memory: Memory): void {
  // Set anew, so that the map's order is that of the last use.
  memories.delete(device);
  memories.set(device, memory);
  if (memories.size > DEVICES_KEPT) memories.delete(memories.keys().next().value as string);
}
