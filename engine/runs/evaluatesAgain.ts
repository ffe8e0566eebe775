import { isDeepStrictEqual } from 'node:util';
import { builtInMatches } from '../rules/builtInSafety.ts';
import { CompiledRules } from '../rules/compiled/CompiledRules.ts';
import { operatorOf } from '../rules/compiled/operators.ts';
import { type Condition, type FactCondition, factValueOf, type Rule } from '../rules/Rule.ts';
import type { ConditionResult, RuleEvaluator } from '../rules/RuleEvaluator.ts';
import type { Run } from './Run.ts';

/**
 * Whether the conditions that a run keeps, asked again with the values that it keeps, hold again. What nobody looked at
 * then is not known now, and decided nothing. `evaluatorOf` makes what evaluates the rule: that which reacts, unless given.
 */
export async function evaluatesAgain(
  run: Run,
  evaluatorOf: (rule: Rule) => RuleEvaluator = (rule) => new CompiledRules([{ rule, file: '' }]),
): Promise<boolean> {
  if (run.conditions === null) return builtInAgain(run);
  const kept: unknown[] = [];
  const conditions = withKept(run.conditions, [...run.because], kept);
  const event = { type: 'act', params: { effects: [] } } as const;
  const { rule: id, severity } = run;
  const rule: Rule = { id, title: '', severity, clauses: [], on: {}, conditions, event };
  const { matches } = await evaluatorOf(rule).evaluate([id], (_fact, params) => kept[Number(params['name'])]);
  return matches.length === 1;
}

/** The same conditions, each asking for the value that was got then; `kept` takes those values by number. */
function withKept(condition: Condition, looked: ConditionResult[], kept: unknown[]): Condition {
  if ('all' in condition) return { ...condition, all: condition.all.map((each) => withKept(each, looked, kept)) };
  if ('any' in condition) return { ...condition, any: condition.any.map((each) => withKept(each, looked, kept)) };
  if ('not' in condition) return { ...condition, not: withKept(condition.not, looked, kept) };
  if ('condition' in condition) return condition;
  const { operator, priority } = condition;
  // In the order of the rule: the first that is left is the next that was looked at.
  const result = looked[0] && isOf(looked[0], condition) ? looked.shift() : undefined;
  const [got, value] = result ? saidBy(result) : [null, null];
  const ask = (said: unknown) => ({ fact: 'property', params: { name: String(kept.push(said) - 1) } }) as const;
  return { ...ask(got), operator, value: ask(value), ...(priority !== undefined && { priority }) };
}

/**
 * What a condition got and wanted. Nothing is kept of the difference between what a path did not find and what is null;
 * it was whichever of the two led to what is kept.
 */
function saidBy({ got, value, operator, held }: ConditionResult): readonly [got: unknown, value: unknown] {
  for (const left of got === null ? [null, undefined] : [got]) {
    for (const right of value === null ? [null, undefined] : [value]) {
      if (isHeld(operator, left, right) === held) return [left, right];
    }
  }
  return [got, value];
}

function isHeld(operator: string, got: unknown, value: unknown): boolean | null {
  try {
    return operatorOf(operator)?.(got, value) ?? null;
  } catch {
    // Not every operator takes what there is not.
    return null;
  }
}

function isOf(result: ConditionResult, condition: FactCondition): boolean {
  const { fact, params = {}, path, operator, value } = condition;
  const asked = [result.fact, result.params, result.path, result.operator];
  return (
    isDeepStrictEqual(asked, [fact, params, path, operator]) &&
    (factValueOf(condition) !== null || isDeepStrictEqual(result.value, value ?? null))
  );
}

function builtInAgain({ rule, event, home, device, at }: Run): boolean {
  const values = event['values'];
  if (event.kind !== 'state_reported' || device === null || typeof values !== 'object' || values === null) return false;
  const about = { home, device, at, receivedAt: at, tenancy: null, group: 'closed', current: false } as const;
  const reading = { ...about, values: values as Readonly<Record<string, unknown>> };
  return builtInMatches({ kind: 'state_reported', reading }).some(({ id }) => id === rule);
}
