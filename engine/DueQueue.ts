type Entry<Item> = { readonly at: number; readonly order: number; readonly item: Item };

/** What is due at an instant, earliest first, and in the order added where instants are equal: a binary heap. */
export class DueQueue<Item> {
  readonly #heap: Entry<Item>[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest instant; infinity when nothing is due ever. */
  get next(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, item: Item): void {
    const heap = this.#heap;
    this.#order += 1;
    const entry = { at, order: this.#order, item };
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(entry, heap[above]!)) break;
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = entry;
  }

  /** Takes out the earliest that is due at the instant `now`. */
  take(now: number): { readonly at: number; readonly item: Item } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.at > now) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry<Item>): void {
    const heap = this.#heap;
    let place = 0;
    for (let below = 1; below < heap.length; below = place * 2 + 1) {
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, entry)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    heap[place] = entry;
  }
}

function isBefore<Item>(a: Entry<Item>, b: Entry<Item>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
