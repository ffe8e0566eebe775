import type { LoadedRule, Rule, SharedConditions } from '../Rule.ts';
import type {
  ConditionResult,
  RuleEvaluation,
  RuleEvaluator,
  RuleFacts,
  RuleFailure,
  RuleMatch,
} from '../RuleEvaluator.ts';
import { withShared } from '../sharedConditions.ts';
import { type CompiledCondition, compileCondition } from './compileCondition.ts';
import type { Asked } from './Question.ts';
import { Questions } from './Questions.ts';
import { holds } from './Trial.ts';

type Conditions = readonly (CompiledCondition | undefined)[];

/** Ids of which it pays to remember the conditions. */
const LONG = 16;

/**
 * The rule evaluator that reacts: each rule is compiled once, when it is set. It answers at once what the npm engine answers
 * (`compareRuleEvaluators`), but for this: of several conditions of one rule that fail, it tells the first.
 */
export class CompiledRules implements RuleEvaluator {
  readonly #rules = new Map<string, CompiledCondition>();
  readonly #shared: SharedConditions;
  #lists = new WeakMap<readonly string[], Conditions>();
  #round = 0;

  /** Rules that `loadRules` gave refer to no shared condition any more; others may refer to these. */
  constructor(rules: readonly LoadedRule[], shared: SharedConditions = {}) {
    this.#shared = shared;
    const questions = new Questions();
    for (const { rule } of rules) this.#compile(rule, questions);
  }

  set(rule: Rule): void {
    // Questions of its own, so that nothing of it is left when it goes.
    this.#compile(rule, new Questions());
    this.#lists = new WeakMap();
  }

  delete(id: string): void {
    this.#rules.delete(id);
    this.#lists = new WeakMap();
  }

  evaluate(ruleIds: readonly string[], facts: RuleFacts): RuleEvaluation {
    this.#round += 1;
    const asked = { facts, round: this.#round };
    const matches: RuleMatch[] = [];
    const failures: RuleFailure[] = [];
    const conditions = this.#conditionsOf(ruleIds);
    for (let index = 0; index < ruleIds.length; index += 1) {
      const rule = ruleIds[index]!;
      try {
        const condition = conditions[index];
        if (!condition) throw new Error(`no rule \`${rule}\` is loaded`);
        if (holds(condition.trial, asked)) matches.push({ rule, conditions: lookedAt(condition, asked) });
      } catch (error) {
        failures.push({ rule, message: error instanceof Error ? error.message : String(error) });
      }
    }
    return { matches, failures };
  }

  /** Found once for a long list: the index gives the same one again until a rule of it changes. */
  #conditionsOf(ruleIds: readonly string[]): Conditions {
    const known = this.#lists.get(ruleIds);
    if (known) return known;
    const conditions = ruleIds.map((id) => this.#rules.get(id));
    if (ruleIds.length >= LONG) this.#lists.set(ruleIds, conditions);
    return conditions;
  }

  #compile({ id, conditions }: Rule, questions: Questions): void {
    this.#rules.set(id, compileCondition(withShared(conditions, this.#shared), questions));
  }
}

function lookedAt({ look }: CompiledCondition, asked: Asked): readonly ConditionResult[] {
  const looked: ConditionResult[] = [];
  look(asked, looked);
  return looked;
}
