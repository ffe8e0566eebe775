import type { Condition, FactCondition } from '../Rule.ts';

/**
 * Conditions that must all hold, without what the others among them settle already: beside `action` is `on`, that it is
 * not `off` says nothing. Null when they never hold together.
 */
export function simplified(conditions: readonly Condition[]): readonly Condition[] | null {
  let all: readonly Condition[] = conditions.flatMap((each) => ('all' in each ? each.all : [each]));
  for (;;) {
    const next: Condition[] = [];
    for (const [index, condition] of all.entries()) {
      // Of two that settle each other the first stays.
      const others = [...next, ...all.slice(index + 1).filter((each) => 'fact' in each && !isSame(each, condition))];
      const settled = settle(
        condition,
        others.filter((each) => 'fact' in each),
      );
      if (settled === false) return null;
      if (settled !== true) next.push(...('all' in settled ? settled.all : [settled]));
    }
    if (JSON.stringify(next) === JSON.stringify(all)) return next;
    all = next;
  }
}

/** What is left of a condition beside facts that are known to hold. */
function settle(condition: Condition, known: readonly FactCondition[]): Condition | boolean {
  if ('fact' in condition) return settleFact(condition, known);
  if ('not' in condition) {
    const inner = settle(condition.not, known);
    return typeof inner === 'boolean' ? !inner : { not: inner };
  }
  if ('all' in condition) return settleList(condition.all, known, true);
  return 'any' in condition ? settleList(condition.any, known, false) : condition;
}

function settleList(list: readonly Condition[], known: readonly FactCondition[], isAll: boolean): Condition | boolean {
  const settled = list.map((each) => settle(each, known));
  if (settled.includes(!isAll)) return !isAll;
  const [only, ...others] = settled.filter((each) => typeof each !== 'boolean');
  if (!only) return isAll;
  if (others.length === 0) return only;
  return isAll ? { all: [only, ...others] } : { any: [only, ...others] };
}

function settleFact(asked: FactCondition, known: readonly FactCondition[]): Condition | boolean {
  for (const each of known) {
    if (isSame(each, asked)) return true;
    if (refOf(each) !== refOf(asked)) continue;
    const values = valuesOf(each);
    const wanted = valuesOf(asked);
    if (!values || !wanted || each.operator === 'notEqual' || each.operator === 'notIn') {
      // That it is none of these says that it is not one of them.
      if (values && wanted && isAmong(asked) && wanted.every((value) => values.includes(value))) return false;
      continue;
    }
    if (values.every((value) => wanted.includes(value))) return isAmong(asked);
    if (!values.some((value) => wanted.includes(value))) return !isAmong(asked);
  }
  return asked;
}

/** The values that an equality speaks of; null for another comparison, and for one with another fact. */
function valuesOf({ operator, value }: FactCondition): readonly unknown[] | null {
  if (operator === 'equal' || operator === 'notEqual') return isPlain(value) ? [value] : null;
  return operator === 'in' || operator === 'notIn' ? (value as readonly unknown[]) : null;
}

function isAmong({ operator }: FactCondition): boolean {
  return operator === 'equal' || operator === 'in';
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function refOf({ fact, params, path }: FactCondition): string {
  return JSON.stringify([fact, params ?? {}, path ?? null]);
}

function isSame(a: Condition, b: Condition): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
