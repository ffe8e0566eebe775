import type { Condition, FactCondition } from '../Rule.ts';

/** All of these; one alone is itself, and a list within goes up. */
export function allOf(conditions: readonly Condition[]): Condition {
  const flat = conditions.flatMap((each) => ('all' in each ? each.all : [each]));
  return flat.length === 1 ? flat[0]! : { all: flat };
}

/** Any of these; one alone is itself, and a list within goes up. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const flat = conditions.flatMap((each) => ('any' in each ? each.any : [each]));
  return flat.length === 1 ? flat[0]! : { any: flat };
}

const OPPOSITES: Readonly<Record<string, string>> = { equal: 'notEqual', notEqual: 'equal', in: 'notIn', notIn: 'in' };

/** That it does not hold. Comparisons of numbers stay inside `not`: both they and their opposites fail on what is no number. */
export function notOf(condition: Condition): Condition {
  if ('not' in condition) return condition.not;
  if ('fact' in condition && OPPOSITES[condition.operator] !== undefined) {
    return { ...condition, operator: OPPOSITES[condition.operator]! } satisfies FactCondition;
  }
  return { not: condition };
}

/** What stands at the top of a rule's conditions: json-rules-engine wants `all`, `any` or `not` there. */
export function topOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return { all: [] };
  const all = allOf(conditions);
  return 'fact' in all || 'condition' in all ? { all: [all] } : all;
}
