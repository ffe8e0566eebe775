import type { LoadedRule, Rule, SharedConditions } from '../Rule.ts';
import type { RuleEvaluation, RuleEvaluator, RuleFacts, RuleFailure, RuleMatch } from '../RuleEvaluator.ts';
import { withShared } from '../sharedConditions.ts';
import { type CompiledCondition, compileCondition } from './compileCondition.ts';
import { Questions } from './Questions.ts';

/**
 * The rule evaluator that reacts: each rule is compiled once, when it is set. It answers at once what the npm engine answers
 * (`compareRuleEvaluators`), but for this: of several conditions of one rule that fail, it tells the first.
 */
export class CompiledRules implements RuleEvaluator {
  readonly #rules = new Map<string, CompiledCondition>();
  readonly #shared: SharedConditions;
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
  }

  delete(id: string): void {
    this.#rules.delete(id);
  }

  evaluate(ruleIds: readonly string[], facts: RuleFacts): RuleEvaluation {
    this.#round += 1;
    const asked = { facts, round: this.#round };
    const matches: RuleMatch[] = [];
    const failures: RuleFailure[] = [];
    for (const rule of ruleIds) {
      try {
        const condition = this.#rules.get(rule);
        if (!condition) throw new Error(`no rule \`${rule}\` is loaded`);
        if (condition.holds(asked)) matches.push({ rule, conditions: condition.look(asked).looked });
      } catch (error) {
        failures.push({ rule, message: error instanceof Error ? error.message : String(error) });
      }
    }
    return { matches, failures };
  }

  #compile({ id, conditions }: Rule, questions: Questions): void {
    this.#rules.set(id, compileCondition(withShared(conditions, this.#shared), questions));
  }
}
