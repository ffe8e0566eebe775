import type { FactParams } from '../facts/RuleFact.ts';
import { UNIT_MS, type UnitOfTime } from '../facts/unitMs.ts';
import { type FactCondition, factConditions, type Rule } from '../Rule.ts';

/** What a rule waits to last, and for how long in milliseconds. */
type Wait = {
  readonly params: FactParams;
  readonly waiter: { readonly rule: Rule; readonly ms: number; readonly named: string | null };
};

/** What a rule asks of `held_for`, each with the time after which the answer turns. */
export function waitersOf(rule: Rule): readonly Wait[] {
  const asked = [...factConditions(rule.conditions)].filter(({ fact }) => fact === 'held_for');
  return asked.flatMap(({ operator, params = {}, value }): Wait[] => {
    if (typeof value !== 'number') return [];
    const ms = Math.ceil(value * UNIT_MS[params['unit'] as UnitOfTime]);
    const named = typeof params['device'] === 'string' ? params['device'] : null;
    return [{ params, waiter: { rule, ms: turnsAfter({ operator }) ? ms + 1 : ms, named } }];
  });
}

/** Whether the answer is still the old one at the very instant: more than an hour is not an hour. */
function turnsAfter({ operator }: Pick<FactCondition, 'operator'>): boolean {
  const plain = operator.slice(operator.lastIndexOf(':') + 1);
  return plain === 'greaterThan' || plain === 'lessThanInclusive';
}
