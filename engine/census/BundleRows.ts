import { canonicalJson } from '../canonicalJson.ts';
import { combine } from '../combine.ts';
import { joinVerdicts } from '../rego/joinVerdicts.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { Columns } from './Columns.ts';
import { PolicyRows, SILENT_ROW } from './PolicyRows.ts';
import { SILENT } from './PolicyTree.ts';
import type { ResourceClass } from './resourceClasses.ts';
import { ruleUse } from './ruleUse.ts';
import type { CellDecision } from './Transitions.ts';
import type { Census } from './takeCensus.ts';

/** What the bundles of one census share: decisions with one number are equal, and policies of one digest have the same rows. */
export class SharedRows {
  readonly policies = new Map<string, PolicyRows>();
  readonly decided: CellDecision[] = [];
  readonly #numbers = new Map<string, number>();

  number(decided: CellDecision): number {
    const key = canonicalJson(decided);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.decided.push(decided) - 1;
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
  readonly #shared: SharedRows;
  readonly #rows: Int32Array[] = [];
  readonly #bySignature = new Map<string, number>();
  readonly #byContent = new Map<string, number>();
  readonly #byClasses = new Map<number, number>();
  readonly #combined = new Map<string, number>();

  constructor(
    evaluator: PolicyEvaluator,
    columns: Columns,
    census: Census,
    resources: readonly ResourceClass[],
    shared: SharedRows,
  ) {
    const policies = evaluator.policies?.length ? evaluator.policies : [evaluator];
    this.#policies = policies.map((policy) => {
      const known = policy.digest === undefined ? undefined : shared.policies.get(policy.digest);
      const rows = known ?? new PolicyRows(columns.policyTree(policy), policy.readSet, columns, census, resources);
      if (policy.digest !== undefined) shared.policies.set(policy.digest, rows);
      return rows;
    });
    this.#resources = resources.length;
    this.#shared = shared;
  }

  /** The number of the row for these classes. */
  rowNumber(home: number, asked: number): number {
    const key = home * 2 ** 26 + asked;
    let number = this.#byClasses.get(key);
    if (number === undefined) {
      number = this.#bySayings(this.#policies.map((policy) => policy.row(home, asked)));
      this.#byClasses.set(key, number);
    }
    return number;
  }

  /** The numbers of the decisions on each resource class, in a row. */
  row(number: number): Int32Array {
    return this.#rows[number]!;
  }

  #bySayings(rows: readonly number[]): number {
    const signature = rows.join();
    let number = this.#bySignature.get(signature);
    if (number === undefined) {
      const row = this.#combineRows(rows);
      const content = row.join();
      number = this.#byContent.get(content) ?? this.#rows.push(row) - 1;
      this.#byContent.set(content, number);
      this.#bySignature.set(signature, number);
    }
    return number;
  }

  #combineRows(rows: readonly number[]): Int32Array {
    const speaking = rows.flatMap((row, at) => (row === SILENT_ROW ? [] : [{ row, at, policy: this.#policies[at]! }]));
    return Int32Array.from({ length: this.#resources }, (_, resource) => {
      const said = speaking.map(({ row, at, policy }) => ({ at, policy, number: policy.numberAt(row, resource) }));
      const key = said.map(({ at, number }) => (number === SILENT ? '' : `${at}:${number}`)).join(' ');
      let decided = this.#combined.get(key);
      if (decided === undefined) {
        const verdict = joinVerdicts(said.map(({ policy, number: verdictNumber }) => policy.verdict(verdictNumber)));
        const sum = combine(verdict);
        decided = this.#shared.number({ decided: sum, rules: ruleUse(verdict, sum) });
        this.#combined.set(key, decided);
      }
      return decided;
    });
  }
}
