import type { AlarmKind } from '../../twin/words.ts';
import { CompiledRules } from './compiled/CompiledRules.ts';
import { alarmsOf, type LoadedRule, type Rule } from './Rule.ts';
import type { RuleEvaluator } from './RuleEvaluator.ts';
import { RuleIndex } from './RuleIndex.ts';

/** The rules in force, ready to react: found by id, woken by event, evaluated. */
export type RuleBook = {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly index: RuleIndex;
  readonly evaluator: RuleEvaluator;
  /** The kinds of alarm that some rule raises. */
  readonly alarms: ReadonlySet<AlarmKind>;
  /** Whether some rule is for certain homes or devices only. */
  readonly isNarrowed: boolean;
};

/** The book of these rules, compiled unless told otherwise. */
export function ruleBook(rules: readonly LoadedRule[], evaluator: RuleEvaluator = new CompiledRules(rules)): RuleBook {
  return {
    rules: new Map(rules.map(({ rule }) => [rule.id, rule])),
    index: new RuleIndex(rules),
    evaluator,
    alarms: new Set(rules.flatMap(({ rule }) => alarmsOf(rule))),
    isNarrowed: rules.some(({ rule }) => rule.pack !== undefined || rule.on.devices !== undefined),
  };
}
