import { canonicalJson } from '../canonicalJson.ts';
import { Dictionary } from '../facts/Dictionary.ts';
import type { Fact } from '../facts/Fact.ts';
import { type Placed, toInput } from '../facts/gatherFacts.ts';
import type { InputPath, ReadSet } from '../rego/readSet.ts';
import { trimInput } from '../rego/trimInput.ts';

/** A fact and the values that it was seen to have. */
export class FactColumn<Of extends Fact = Fact> {
  readonly fact: Of;
  readonly #values: Dictionary;
  readonly #views = new Map<string, View>();
  // Read sets are few and asked for again and again.
  readonly #viewOf = new WeakMap<ReadSet, View>();

  /** @param values those that it was seen to have before, by their digests */
  constructor(fact: Of, values: readonly unknown[] = []) {
    this.fact = fact;
    this.#values = new Dictionary(values);
  }

  digest(value: unknown): number {
    return this.#values.digest(value);
  }

  value(digest: number): unknown {
    return this.#values.value(digest);
  }

  /** All values by their digests. */
  values(): readonly unknown[] {
    return this.#values.values();
  }

  /**
   * For each digest the lowest one whose value policies with this read set cannot tell from its own. Where the fact is
   * not read at all, that is 0 for all.
   */
  representatives(readSet: ReadSet): Uint32Array {
    return this.#view(readSet).representatives;
  }

  /** What policies with this read set see of a value, in its place; null where they do not read the fact. */
  seen(digest: number, readSet: ReadSet): Placed[number] | null {
    const { seen } = this.#view(readSet);
    return seen && { path: this.fact.path, value: seen[digest] };
  }

  #view(readSet: ReadSet): View {
    const known = this.#viewOf.get(readSet);
    if (known?.representatives.length === this.#values.size) return known;
    const reading = readSet.filter((path) => meets(path, this.fact.path));
    const key = JSON.stringify(reading);
    let view = this.#views.get(key);
    if (view?.representatives.length !== this.#values.size) {
      view = this.#look(reading);
      this.#views.set(key, view);
    }
    this.#viewOf.set(readSet, view);
    return view;
  }

  #look(readSet: ReadSet): View {
    const representatives = new Uint32Array(this.#values.size);
    if (readSet.length === 0) return { representatives, seen: null };
    if (readSet.some(({ length }) => length <= this.fact.path.length)) {
      // It is read whole, and values of two digests differ.
      return { representatives: representatives.map((_, digest) => digest), seen: this.#values.values() };
    }
    const first = new Map<string, number>();
    const seen: unknown[] = [];
    for (let digest = 0; digest < representatives.length; digest++) {
      const trimmed = trimInput(toInput([{ path: this.fact.path, value: this.#values.value(digest) }]), readSet);
      seen.push(this.fact.path.reduce((part, key) => (part as Record<string, unknown>)[key], trimmed));
      const key = canonicalJson(trimmed);
      const known = first.get(key);
      if (known === undefined) first.set(key, digest);
      representatives[digest] = known ?? digest;
    }
    return { representatives, seen };
  }
}

/** The values of a fact as a read set lets policies see them, by their digests. */
type View = { readonly representatives: Uint32Array; readonly seen: readonly unknown[] | null };

/** Whether a path of a read set lies above a fact, at it or under it. */
function meets(path: InputPath, fact: InputPath): boolean {
  return path.every((segment, at) => at >= fact.length || segment === '*' || segment === fact[at]);
}
