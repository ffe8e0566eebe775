import { canonicalJson } from '../canonicalJson.ts';
import { combine } from '../combine.ts';
import { joinVerdicts } from '../rego/joinVerdicts.ts';
import { type PolicyRows, SILENT_ROW } from './PolicyRows.ts';
import { SILENT } from './PolicyTree.ts';
import { ruleUse } from './ruleUse.ts';
import type { CellDecision } from './Transitions.ts';
import { TupleTable } from './TupleTable.ts';

/** Decisions by number, over all bundles that are compared: equal ones have the same. */
export class Decisions {
  readonly all: CellDecision[] = [];
  readonly #numbers = new Map<string, number>();

  number(decision: CellDecision): number {
    const key = canonicalJson(decision);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.all.push(decision) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/**
 * What one bundle decides: for a home class and an asked class a row of decisions, one for each resource class. Its
 * policies are asked one by one and their verdicts joined, each combination once. Equal rows are one.
 */
export class BundleRows {
  readonly #policies: readonly PolicyRows[];
  readonly #resources: number;
  readonly #decisions: Decisions;
  readonly #rows: TupleTable;
  /** The rows of the policies on classes, side by side, and by their number the row of the bundle. */
  readonly #sayings: TupleTable;
  readonly #rowOfSaying: number[] = [];
  /** The verdicts of the policies on one resource, side by side, and by their number the decision. */
  readonly #verdicts: TupleTable;
  readonly #decisionOf: number[] = [];

  constructor(policies: readonly PolicyRows[], resources: number, decisions: Decisions) {
    this.#policies = policies;
    this.#resources = resources;
    this.#decisions = decisions;
    this.#rows = new TupleTable(resources);
    this.#sayings = new TupleTable(policies.length);
    this.#verdicts = new TupleTable(policies.length);
  }

  /** The number of the row for classes of which the policies, in their order, say these rows. */
  rowNumber(said: Int32Array): number {
    const saying = this.#sayings.number(said);
    if (saying === this.#rowOfSaying.length) this.#rowOfSaying.push(this.#rows.number(this.#combine(said)));
    return this.#rowOfSaying[saying]!;
  }

  /** The numbers of the decisions on each resource class, in a row. */
  row(number: number): Int32Array {
    return this.#rows.tuple(number);
  }

  #combine(said: Int32Array): Int32Array {
    const speaking = [...said.keys()].filter((at) => said[at] !== SILENT_ROW);
    const verdicts = new Int32Array(said.length).fill(SILENT);
    const decided = new Int32Array(this.#resources);
    for (let resource = 0; resource < this.#resources; resource++) {
      for (const at of speaking) verdicts[at] = this.#policies[at]!.numberAt(said[at]!, resource);
      const number = this.#verdicts.number(verdicts);
      if (number === this.#decisionOf.length) this.#decisionOf.push(this.#decide(verdicts, speaking));
      decided[resource] = this.#decisionOf[number]!;
    }
    return decided;
  }

  #decide(verdicts: Int32Array, speaking: readonly number[]): number {
    const verdict = joinVerdicts(speaking.map((at) => this.#policies[at]!.verdict(verdicts[at]!)));
    const decided = combine(verdict);
    return this.#decisions.number({ decided, rules: ruleUse(verdict, decided) });
  }
}
