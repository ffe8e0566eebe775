import { invariant } from '../../twin/CodedError.ts';
import { toInput } from '../facts/gatherFacts.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { trimInput } from '../rego/trimInput.ts';
import type { Verdict } from '../rego/Verdict.ts';
import type { Columns } from './Columns.ts';
import type { FactColumn } from './FactColumn.ts';
import type { ResourceClass } from './resourceClasses.ts';
import { Tuples } from './Tuples.ts';
import type { Census } from './takeCensus.ts';

/** The row of a policy that says nothing of any resource. */
export const SILENT = 0;

/** What was read next after the same beginning, and by its value what follows: another reading, or the verdict. */
type Reading = { readonly fact: number; readonly next: Map<number, Reading | number> };

/**
 * What one policy says, decided once for each class that it can tell apart: for a home class and an asked class a row of
 * verdicts, one for each resource class. Rows that say the same are one.
 *
 * Verdicts are kept in a tree of what evaluations read, one fact after the other. An input is evaluated only when no
 * earlier one read the same values.
 */
export class PolicyRows {
  /** How many inputs were evaluated. */
  evaluations = 0;
  readonly #policy: PolicyEvaluator;
  readonly #trace: (input: unknown) => readonly number[];
  readonly #columns: readonly FactColumn[];
  readonly #asked: Seen;
  readonly #homes: Seen;
  readonly #resources: Seen;
  /** The classes of resources as this policy sees them, by the resource classes. */
  readonly #resourceOf: readonly number[];
  #tree: Reading | number | undefined;
  readonly #verdicts: Verdict[] = [];
  readonly #verdictNumbers = new Map<string, number>();
  readonly #rows: (readonly number[])[] = [];
  readonly #rowNumbers = new Map<string, number>();
  readonly #known = new Map<number, number>();

  constructor(policy: PolicyEvaluator, columns: Columns, census: Census, resources: readonly ResourceClass[]) {
    const { homeClasses, askedClasses } = census;
    const ofAsked = [...columns.requestColumns, ...columns.pairColumns];
    const ofResource = columns.deviceClasses.columns;
    this.#policy = policy;
    this.#columns = [...ofAsked, ...columns.homeColumns, ...ofResource];
    const all = this.#columns.map((_, number) => number);
    this.#trace = policy.trace?.(this.#columns.map(({ fact }) => fact.path)) ?? (() => all);
    this.#asked = new Seen(ofAsked, policy.readSet, (digest) => askedClasses.tuple(digest));
    this.#homes = new Seen(columns.homeColumns, policy.readSet, (digest) => homeClasses.tuple(digest));
    this.#resources = new Seen(ofResource, policy.readSet, (digest) => resources[digest]!.facts);
    this.#resourceOf = resources.map((_, number) => this.#resources.classOf(number));
    this.#verdictNumber({ permits: [], caps: [], denies: [], errors: [] });
    this.#rowNumber(resources.map(() => SILENT));
  }

  /** The number of the row for these classes; `SILENT` when the policy says nothing. */
  row(home: number, asked: number): number {
    const [ofHome, ofAsked] = [this.#homes.classOf(home), this.#asked.classOf(asked)];
    const key = ofHome * 2 ** 24 + ofAsked;
    let known = this.#known.get(key);
    if (known === undefined) {
      const tuple = [...this.#asked.tuple(ofAsked), ...this.#homes.tuple(ofHome)];
      const verdicts = Array.from({ length: this.#resources.size }, (_, resource) =>
        this.#decide([...tuple, ...this.#resources.tuple(resource)]),
      );
      known = this.#rowNumber(this.#resourceOf.map((resource) => verdicts[resource]!));
      this.#known.set(key, known);
    }
    return known;
  }

  /** The number of the verdict of a row on a resource class. */
  numberAt(row: number, resource: number): number {
    return this.#rows[row]![resource]!;
  }

  verdict(number: number): Verdict {
    return this.#verdicts[number]!;
  }

  #decide(tuple: readonly number[]): number {
    let at = this.#tree;
    while (typeof at === 'object') at = at.next.get(tuple[at.fact]!);
    return at ?? this.#evaluate(tuple);
  }

  #evaluate(tuple: readonly number[]): number {
    const placed = tuple.map((digest, at) => ({
      path: this.#columns[at]!.fact.path,
      value: this.#columns[at]!.value(digest),
    }));
    const input = trimInput(toInput(placed), this.#policy.readSet) as PolicyInput;
    this.evaluations += 1;
    const number = this.#verdictNumber(this.#policy.evaluate(input));
    this.#keep(tuple, this.#trace(input), number);
    return number;
  }

  #keep(tuple: readonly number[], read: readonly number[], verdict: number): void {
    const last = read.at(-1);
    if (last === undefined) {
      this.#tree = verdict;
      return;
    }
    this.#tree ??= { fact: read[0]!, next: new Map() };
    let at = this.#tree;
    for (const [depth, fact] of read.entries()) {
      invariant(typeof at === 'object' && at.fact === fact, 'what is read next follows from what was read');
      const value = tuple[fact]!;
      const following = read[depth + 1];
      let next = at.next.get(value);
      if (next === undefined) {
        next = following === undefined ? verdict : { fact: following, next: new Map() };
        at.next.set(value, next);
      }
      if (following !== undefined) at = next as Reading;
    }
  }

  #verdictNumber(verdict: Verdict): number {
    return numberIn(this.#verdictNumbers, this.#verdicts, JSON.stringify(verdict), verdict);
  }

  #rowNumber(row: readonly number[]): number {
    return numberIn(this.#rowNumbers, this.#rows, row.join(), row);
  }
}

function numberIn<Item>(numbers: Map<string, number>, all: Item[], key: string, item: Item): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = all.push(item) - 1;
    numbers.set(key, number);
  }
  return number;
}

/** Tuples of the census as one policy sees them, which tells fewer of them apart. */
class Seen {
  readonly #representatives: readonly Uint32Array[];
  readonly #tuple: (digest: number) => readonly number[];
  readonly #classes = new Tuples();
  readonly #classOf: number[] = [];

  constructor(
    columns: readonly FactColumn[],
    readSet: PolicyEvaluator['readSet'],
    tuple: (digest: number) => readonly number[],
  ) {
    this.#representatives = columns.map((column) => column.representatives(readSet));
    this.#tuple = tuple;
  }

  get size(): number {
    return this.#classes.size;
  }

  classOf(digest: number): number {
    let known = this.#classOf[digest];
    if (known === undefined) {
      known = this.#classes.digest(this.#tuple(digest).map((value, at) => this.#representatives[at]![value]!));
      this.#classOf[digest] = known;
    }
    return known;
  }

  tuple(number: number): readonly number[] {
    return this.#classes.tuple(number);
  }
}
