import type { DeviceAspects } from './DeviceAspects.ts';
import type { Aspect, Pins } from './pinsOf.ts';
import { type Entry, RuleList } from './RuleList.ts';

type Pinned = { readonly aspect: Aspect; readonly constants: ReadonlySet<unknown> };

/**
 * Rules that one thing wakes. Each is filed under the constants by which fewest others are found, so that an event meets
 * those that its device or value can matter to, and those that pin nothing.
 */
export class RuleShelf {
  readonly #unpinned = new RuleList();
  readonly #pinned = new Map<Aspect, Map<unknown, RuleList>>();
  readonly #pins = new Map<string, Pinned | null>();

  get size(): number {
    return this.#pins.size;
  }

  add(entry: Entry, pins: Pins): void {
    const pinned = this.#fewest(pins);
    this.#pins.set(entry.id, pinned);
    if (!pinned) this.#unpinned.add(entry);
    else for (const constant of pinned.constants) this.#listOf(pinned.aspect, constant).add(entry);
  }

  delete(id: string): void {
    const pinned = this.#pins.get(id);
    this.#pins.delete(id);
    if (!pinned) {
      this.#unpinned.delete(id);
      return;
    }
    const lists = this.#pinned.get(pinned.aspect);
    // What wants two constants of one aspect stands under none, and is never found.
    if (!lists) return;
    for (const constant of pinned.constants) {
      const list = lists.get(constant)!;
      list.delete(id);
      if (list.size === 0) lists.delete(constant);
    }
    if (lists.size === 0) this.#pinned.delete(pinned.aspect);
  }

  /** Adds to `found` the lists that a device and a value can matter to; of a device that nobody knows, any of its lists. */
  find(device: DeviceAspects | null, value: unknown, found: RuleList[]): void {
    if (this.#unpinned.size > 0) found.push(this.#unpinned);
    for (const [aspect, lists] of this.#pinned) {
      if (aspect !== 'value' && !device) found.push(...lists.values());
      else {
        const list = lists.get(aspect === 'value' ? value : device![aspect]);
        if (list) found.push(list);
      }
    }
  }

  #listOf(aspect: Aspect, constant: unknown): RuleList {
    let lists = this.#pinned.get(aspect);
    if (!lists) {
      lists = new Map();
      this.#pinned.set(aspect, lists);
    }
    let list = lists.get(constant);
    if (!list) {
      list = new RuleList();
      lists.set(constant, list);
    }
    return list;
  }

  #fewest(pins: Pins): Pinned | null {
    let best: Pinned | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [aspect, constants] of pins) {
      const lists = this.#pinned.get(aspect);
      let others = 0;
      for (const constant of constants) others += 1 + (lists?.get(constant)?.size ?? 0);
      if (others < fewest) {
        fewest = others;
        best = { aspect, constants };
      }
    }
    return best;
  }
}
