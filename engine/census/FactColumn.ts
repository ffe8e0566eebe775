import { canonicalJson } from '../canonicalJson.ts';
import { Dictionary } from '../facts/Dictionary.ts';
import type { Fact } from '../facts/Fact.ts';
import { toInput } from '../facts/gatherFacts.ts';
import type { InputPath, ReadSet } from '../rego/readSet.ts';
import { trimInput } from '../rego/trimInput.ts';

/** A fact and the values that it was seen to have. */
export class FactColumn<Of extends Fact = Fact> {
  readonly fact: Of;
  readonly #values = new Dictionary();
  readonly #representatives = new Map<string, Uint32Array>();

  constructor(fact: Of) {
    this.fact = fact;
  }

  digest(value: unknown): number {
    return this.#values.digest(value);
  }

  value(digest: number): unknown {
    return this.#values.value(digest);
  }

  /**
   * For each digest the lowest one whose value policies with this read set cannot tell from its own. Where the fact is
   * not read at all, that is 0 for all.
   */
  representatives(readSet: ReadSet): Uint32Array {
    const reading = readSet.filter((path) => meets(path, this.fact.path));
    const key = JSON.stringify(reading);
    let known = this.#representatives.get(key);
    if (known?.length !== this.#values.size) {
      known = this.#represent(reading);
      this.#representatives.set(key, known);
    }
    return known;
  }

  #represent(readSet: ReadSet): Uint32Array {
    const representatives = new Uint32Array(this.#values.size);
    if (readSet.length === 0) return representatives;
    const first = new Map<string, number>();
    for (let digest = 0; digest < representatives.length; digest++) {
      const placed = [{ path: this.fact.path, value: this.#values.value(digest) }];
      const key = canonicalJson(trimInput(toInput(placed), readSet));
      const known = first.get(key);
      if (known === undefined) first.set(key, digest);
      representatives[digest] = known ?? digest;
    }
    return representatives;
  }
}

/** Whether a path of a read set lies above a fact, at it or under it. */
function meets(path: InputPath, fact: InputPath): boolean {
  return path.every((segment, at) => at >= fact.length || segment === '*' || segment === fact[at]);
}
