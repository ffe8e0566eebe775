/** Something that is to happen at an instant, in milliseconds since 1970. */
type Entry = { readonly at: number; readonly order: number; readonly happen: () => unknown };

/** What is still to happen, soonest first; of one instant in the order in which it was put in. */
export class Timeline {
  readonly #heap: Entry[] = [];
  #order = 0;

  add(at: number, happen: () => unknown): void {
    this.#order += 1;
    const heap = this.#heap;
    let place = heap.push({ at, order: this.#order, happen }) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(heap[place]!, heap[parent]!)) break;
      [heap[place], heap[parent]] = [heap[parent]!, heap[place]!];
      place = parent;
    }
  }

  /** Takes out the next one, unless it is after an instant. */
  next(until: number): { readonly at: number; readonly happen: () => unknown } | null {
    const heap = this.#heap;
    const [first] = heap;
    if (!first || first.at > until) return null;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    const heap = this.#heap;
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let least = place;
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
      if (least === place) return;
      [heap[place], heap[least]] = [heap[least]!, heap[place]!];
      place = least;
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
