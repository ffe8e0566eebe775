import { isDeepStrictEqual } from 'node:util';
import { jsonRulesEngine } from '../jsonRulesEngine.ts';
import { type FactCondition, factConditions, factValueOf, type LoadedRule, type SharedConditions } from '../Rule.ts';
import type { RuleEvaluation, RuleFacts, RuleFailure } from '../RuleEvaluator.ts';
import { withShared } from '../sharedConditions.ts';
import { CompiledRules } from './CompiledRules.ts';

export type Compared = {
  /** What the compiled rules answer. */
  readonly answer: RuleEvaluation;
  /** What the npm engine answers otherwise; null when all is equal. */
  readonly difference: string | null;
};

/**
 * Evaluates the rules compiled and by the npm engine, and compares: which match, in which order, with which conditions
 * looked at; which fail, and with what message. Where several conditions of one rule fail, the npm engine tells the one
 * that failed first in time; then it is enough that each of both tells a failure that a condition of the rule alone has.
 */
export async function compareRuleEvaluators(
  rules: readonly LoadedRule[],
  { shared = {}, facts }: { readonly shared?: SharedConditions; readonly facts: RuleFacts },
): Promise<Compared> {
  const ids = rules.map(({ rule }) => rule.id);
  const answer = new CompiledRules(rules, shared).evaluate(ids, facts);
  const wanted = await jsonRulesEngine(rules, shared).evaluate(ids, facts);
  return { answer, difference: await differenceOf(answer, wanted, { rules, shared, facts }) };
}

type World = { readonly rules: readonly LoadedRule[]; readonly shared: SharedConditions; readonly facts: RuleFacts };

async function differenceOf(answer: RuleEvaluation, wanted: RuleEvaluation, world: World): Promise<string | null> {
  if (!isDeepStrictEqual(answer.matches, wanted.matches)) return told('matches', answer.matches, wanted.matches);
  const failed = ({ failures }: RuleEvaluation) => failures.map(({ rule }) => rule);
  if (!isDeepStrictEqual(failed(answer), failed(wanted))) return told('failures', answer.failures, wanted.failures);
  for (const [index, mine] of answer.failures.entries()) {
    const its = wanted.failures[index]!;
    if (mine.message === its.message) continue;
    const possible = await failuresOfParts(mine, world);
    if (!possible.has(mine.message) || !possible.has(its.message)) return told('messages', mine, its);
  }
  return null;
}

/** What each condition of a rule fails with when it stands alone, by the npm engine. */
async function failuresOfParts({ rule: id }: RuleFailure, { rules, shared, facts }: World): Promise<Set<string>> {
  const { rule, file } = rules.find((each) => each.rule.id === id)!;
  const whole = withShared(rule.conditions, shared);
  const parts = [...factConditions(whole)].flatMap((part) => [part, ...factsOf(part)]);
  const alone = parts.map((part, index): LoadedRule => {
    return { file, rule: { ...rule, id: `part ${index}`, conditions: { all: [part] } } };
  });
  const ids = alone.map((each) => each.rule.id);
  const { failures } = await jsonRulesEngine(alone, shared).evaluate(ids, facts);
  return new Set(failures.map(({ message }) => message));
}

/** The two facts of a condition that compares two, each alone. */
function factsOf(part: FactCondition): readonly FactCondition[] {
  const other = factValueOf(part);
  if (!other) return [];
  return [part, other].map(({ fact, params = {} }) => ({ fact, params, operator: 'equal', value: null }));
}

function told(what: string, mine: unknown, its: unknown): string {
  return `${what}: compiled ${JSON.stringify(mine)}, json-rules-engine ${JSON.stringify(its)}`;
}
