/** A rule in the index. Of the rules that one event wakes, those of a higher priority come first, then those set earlier. */
export type Entry = { readonly id: string; readonly priority: number; readonly place: number };

/** Rules in their order, each once. */
export class RuleList {
  readonly #entries: Entry[] = [];
  #ids: readonly string[] | null = null;

  get size(): number {
    return this.#entries.length;
  }

  /** Their ids. The list that was given stays as it is when rules come and go. */
  get ids(): readonly string[] {
    this.#ids ??= this.#entries.map(({ id }) => id);
    return this.#ids;
  }

  add(entry: Entry): void {
    let at = this.#entries.length;
    // Most are set in their order, and come last.
    while (at > 0 && byRank(entry, this.#entries[at - 1]!) < 0) at -= 1;
    this.#entries.splice(at, 0, entry);
    this.#ids = null;
  }

  delete(id: string): void {
    const at = this.#entries.findIndex((entry) => entry.id === id);
    if (at >= 0) this.#entries.splice(at, 1);
    this.#ids = null;
  }

  /** The ids of all lists in their order, each once. */
  static idsOf(lists: readonly RuleList[]): readonly string[] {
    const entries = lists.flatMap((list) => list.#entries).sort(byRank);
    const ids: string[] = [];
    for (const { id } of entries) if (id !== ids.at(-1)) ids.push(id);
    return ids;
  }
}

function byRank(a: Entry, b: Entry): number {
  return b.priority - a.priority || a.place - b.place;
}
