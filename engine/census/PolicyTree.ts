import { invariant } from '../../twin/CodedError.ts';
import { toInput } from '../facts/gatherFacts.ts';
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
  readonly #columns: readonly FactColumn[];
  readonly #trace: (input: unknown) => readonly number[];
  #root: Reading | number | undefined;
  readonly #verdicts: Verdict[] = [];
  readonly #numbers = new Map<string, number>();

  /** @param columns the columns of all facts, in the order of the tuples that are decided */
  constructor(policy: PolicyEvaluator, columns: readonly FactColumn[]) {
    this.#policy = policy;
    this.#columns = columns;
    const all = columns.map((_, number) => number);
    this.#trace = policy.trace?.(columns.map(({ fact }) => fact.path)) ?? (() => all);
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
    const { readSet } = this.#policy;
    const placed = this.#columns.flatMap((column, at) => column.seen(tuple[at]!, readSet) ?? []);
    const input = toInput(placed);
    this.evaluations += 1;
    const number = this.#number(this.#policy.evaluate(input));
    this.#keep(tuple, this.#trace(input), number);
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
