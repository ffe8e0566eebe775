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
  /** The kinds of alarm that some rule for all homes raises. */
  readonly alarms: ReadonlySet<AlarmKind>;
  /** Whether some rule is for certain homes or devices only. */
  readonly isNarrowed: boolean;
  /** Adds a rule for one home alone, or puts it in the place of the one with its id; ids are one book's, not one home's. */
  setOfHome(home: string, rule: Rule): void;
  removeOfHome(id: string): void;
};

/** The book of these rules, compiled unless told otherwise. */
export function ruleBook(
  loaded: readonly LoadedRule[],
  evaluator: RuleEvaluator = new CompiledRules(loaded),
): RuleBook {
  const rules = new Map(loaded.map(({ rule }) => [rule.id, rule]));
  const index = new RuleIndex(loaded);
  let isNarrowed = loaded.some(({ rule }) => isForSome(rule));
  return {
    rules,
    index,
    evaluator,
    alarms: new Set(loaded.filter(({ rule }) => rule.pack === undefined).flatMap(({ rule }) => alarmsOf(rule))),
    get isNarrowed() {
      return isNarrowed;
    },
    setOfHome(home, rule) {
      evaluator.set(rule);
      index.set(rule, home);
      rules.set(rule.id, rule);
      isNarrowed ||= isForSome(rule);
    },
    removeOfHome(id) {
      index.delete(id);
      evaluator.delete(id);
      rules.delete(id);
    },
  };
}

function isForSome({ pack, on }: Rule): boolean {
  return pack !== undefined || on.devices !== undefined;
}
