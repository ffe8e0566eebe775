import { invariant } from '../../twin/CodedError.ts';
import { NotingInput } from '../rego/NotingInput.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { Verdict } from '../rego/Verdict.ts';
import type { FactColumn } from './FactColumn.ts';

/** The number of the verdict in which a policy says nothing. */
export const SILENT = 0;

/** What was read next after the same beginning, and by its value what follows: another reading, or the verdict. */
type Reading = { readonly fact: number; readonly next: Map<number, Reading | number> };

/**
 * The verdicts of one policy in a tree of what evaluations read, one fact after the other. An input is evaluated only
 * when no earlier one read the same values. It outlives a census: what was evaluated once holds for the same columns.
 */
export class PolicyTree {
  /** How many inputs were evaluated. */
  evaluations = 0;
  readonly #policy: PolicyEvaluator;
  readonly #noting: NotingInput;
  /** By the number of a path of the input the number of its fact, of those that the policy can read. */
  readonly #readable: readonly number[];
  /** What is decided now. */
  #tuple: readonly number[] = [];
  #root: Reading | number | undefined;
  readonly #verdicts: Verdict[] = [];
  readonly #numbers = new Map<string, number>();

  /** @param columns the columns of all facts, in the order of the tuples that are decided */
  constructor(policy: PolicyEvaluator, columns: readonly FactColumn[]) {
    const { readSet } = policy;
    this.#policy = policy;
    this.#readable = columns.flatMap((column, at) => (column.seen(0, readSet) ? [at] : []));
    this.#noting = new NotingInput(
      this.#readable.map((at) => columns[at]!.fact.path),
      (number) => {
        const at = this.#readable[number]!;
        return columns[at]!.seen(this.#tuple[at]!, readSet)?.value;
      },
    );
    this.#number({ permits: [], caps: [], denies: [], errors: [] });
  }

  /** The number of the verdict on facts with these digests, each its own representative under the policy's read set. */
  decide(tuple: readonly number[]): number {
    let at = this.#root;
    while (typeof at === 'object') at = at.next.get(tuple[at.fact]!);
    return at ?? this.#evaluate(tuple);
  }

  verdict(number: number): Verdict {
    return this.#verdicts[number]!;
  }

  #evaluate(tuple: readonly number[]): number {
    this.evaluations += 1;
    this.#tuple = tuple;
    const { value, read } = this.#noting.evaluate((input) => this.#policy.evaluate(input));
    const number = this.#number(value);
    this.#keep(
      tuple,
      read.map((path) => this.#readable[path]!),
      number,
    );
    return number;
  }

  #keep(tuple: readonly number[], read: readonly number[], verdict: number): void {
    const last = read.length - 1;
    if (last < 0) {
      this.#root = verdict;
      return;
    }
    this.#root ??= { fact: read[0]!, next: new Map() };
    let at = this.#root;
    for (const [depth, fact] of read.entries()) {
      invariant(typeof at === 'object' && at.fact === fact, 'what is read next follows from what was read');
      const { next }: Reading = at;
      const value = tuple[fact]!;
      const known = next.get(value) ?? (depth === last ? verdict : { fact: read[depth + 1]!, next: new Map() });
      next.set(value, known);
      at = known;
    }
  }

  #number(verdict: Verdict): number {
    const key = JSON.stringify(verdict);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#verdicts.push(verdict) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
