import type { Rule } from './Rule.ts';

/** Answers what a condition asks: the value of a fact for its parameters. It throws when it cannot be known. */
export type RuleFacts = (fact: string, params: Readonly<Record<string, unknown>>) => unknown;

/** A condition that was looked at: what it asked, what it wanted, what it got. */
export type ConditionResult = {
  readonly fact: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Where in the value of the fact it looked, when not at all of it. */
  readonly path?: string;
  readonly operator: string;
  /** What it wanted: its own value, or that of the fact it compares with. */
  readonly value: unknown;
  readonly got: unknown;
  readonly held: boolean;
};

/** A rule whose conditions hold, with each condition that was looked at, in the order of its file. */
export type RuleMatch = { readonly rule: string; readonly conditions: readonly ConditionResult[] };
export type RuleFailure = { readonly rule: string; readonly message: string };
export type RuleEvaluation = { readonly matches: readonly RuleMatch[]; readonly failures: readonly RuleFailure[] };

/**
 * What evaluates rules. Every adapter promises: the answer is a function of the rules and facts alone, in the order of
 * the ids given; a rule that fails stands under `failures` and hinders no other; `evaluate` neither throws nor rejects; calls
 * may overlap; a rule it does not know is a failure. One that answers at once answers with no promise.
 * A list of ids that was asked about is not changed afterwards.
 */
export interface RuleEvaluator {
  evaluate(ruleIds: readonly string[], facts: RuleFacts): RuleEvaluation | Promise<RuleEvaluation>;
  /** Adds a rule, or puts it in the place of the one with its id. */
  set(rule: Rule): void;
  delete(id: string): void;
}
