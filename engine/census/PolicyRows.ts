import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { ReadSet } from '../rego/readSet.ts';
import type { Verdict } from '../rego/Verdict.ts';
import type { Columns } from './Columns.ts';
import type { FactColumn } from './FactColumn.ts';
import { PairNumbers } from './PairNumbers.ts';
import { type PolicyTree, SILENT } from './PolicyTree.ts';
import type { ResourceClass } from './resourceClasses.ts';
import { Tuples } from './Tuples.ts';
import { TupleTable } from './TupleTable.ts';
import type { Census } from './takeCensus.ts';

/** The row of a policy that says nothing of any resource. */
export const SILENT_ROW = 0;

/**
 * What one policy says in a census: for a home class and an asked class a row of verdicts, one for each class of resources
 * that it can tell apart. Rows that say the same are one.
 */
export class PolicyRows {
  readonly #tree: PolicyTree;
  readonly #asked: Seen;
  readonly #homes: Seen;
  readonly #resources: Seen;
  /** The classes of resources as this policy sees them, by the resource classes. */
  readonly #resourceOf: Int32Array;
  readonly #rows: TupleTable;
  readonly #pairs = new PairNumbers();
  readonly #rowOfPair: number[] = [];

  constructor(
    policy: PolicyEvaluator,
    columns: Columns,
    { homeClasses, askedClasses }: Census,
    resources: readonly ResourceClass[],
  ) {
    const { readSet } = policy;
    this.#tree = columns.policyTree(policy);
    this.#asked = new Seen(columns.askedColumns, readSet, (digest) => askedClasses.tuple(digest));
    this.#homes = new Seen(columns.homeColumns, readSet, (digest) => homeClasses.tuple(digest));
    this.#resources = new Seen(columns.deviceClasses.columns, readSet, (digest) => resources[digest]!.facts);
    this.#resourceOf = Int32Array.from(resources, (_, number) => this.#resources.classOf(number));
    this.#rows = new TupleTable(this.#resources.size);
    this.#rows.number(new Int32Array(this.#resources.size).fill(SILENT));
  }

  /** The number of the row for these classes; `SILENT_ROW` when the policy says nothing. */
  row(home: number, asked: number): number {
    const [ofHome, ofAsked] = [this.#homes.classOf(home), this.#asked.classOf(asked)];
    const pair = this.#pairs.number(ofHome, ofAsked);
    if (pair === this.#rowOfPair.length) this.#rowOfPair.push(this.#decide(ofHome, ofAsked));
    return this.#rowOfPair[pair]!;
  }

  /** The number of the verdict of a row on a resource class. */
  numberAt(row: number, resource: number): number {
    return this.#rows.at(row, this.#resourceOf[resource]!);
  }

  verdict(number: number): Verdict {
    return this.#tree.verdict(number);
  }

  #decide(ofHome: number, ofAsked: number): number {
    const tuple = [...this.#asked.tuple(ofAsked), ...this.#homes.tuple(ofHome)];
    const width = tuple.length;
    const verdicts = new Int32Array(this.#resources.size);
    for (let resource = 0; resource < verdicts.length; resource++) {
      const facts = this.#resources.tuple(resource);
      for (let at = 0; at < facts.length; at++) tuple[width + at] = facts[at]!;
      verdicts[resource] = this.#tree.decide(tuple);
    }
    return this.#rows.number(verdicts);
  }
}

/** Tuples of the census as one policy sees them, which tells fewer of them apart. */
class Seen {
  readonly #representatives: readonly Uint32Array[];
  readonly #tuple: (digest: number) => readonly number[];
  readonly #classes = new Tuples();
  readonly #classOf: number[] = [];

  constructor(columns: readonly FactColumn[], readSet: ReadSet, tuple: (digest: number) => readonly number[]) {
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
