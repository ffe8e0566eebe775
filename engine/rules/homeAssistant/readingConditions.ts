import type { Condition, FactCondition } from '../Rule.ts';
import { allOf, anyOf, notOf } from './conditionsOf.ts';
import { UNKNOWN_STATES } from './EntityMap.ts';
import { NotTaken } from './NotTaken.ts';
import type { Scope } from './Scope.ts';
import type { Known, Reading } from './template/Value.ts';

type FactRef = Pick<FactCondition, 'fact' | 'params'>;
export type Order = 'lessThan' | 'lessThanInclusive' | 'greaterThan' | 'greaterThanInclusive';

/** The state of an entity as it is now. */
export function stateOf(entity: string): Reading {
  return { kind: 'reading', entity, attribute: null, moment: 'now', as: 'is' };
}

/** The fact by which rules ask for what an entity says. */
export function factOf(reading: Reading, scope: Scope): FactRef {
  const { entity, attribute, moment, as } = reading;
  const { device, state, number } = scope.entities.target(entity);
  let name: string | null;
  if (attribute === null) name = as === 'number' ? number : state;
  else name = scope.entities.attribute(entity, attribute);
  if (name === null) {
    const what = as === 'number' ? 'is no number' : 'has no state';
    throw new NotTaken('entity', `\`${entity}\` ${what} to the twin`, {
      instead: 'say in the mapping which property it is',
    });
  }
  const isOfTrigger = entity === scope.trigger.entity;
  if (moment === 'before') {
    if (isOfTrigger) return { fact: 'previous', params: { name } };
    throw new NotTaken('template', `what \`${entity}\` said before is not known to a rule`);
  }
  return { fact: 'property', params: isOfTrigger ? { name } : { name, device } };
}

/** That an entity says one of these. `unknown` is also what has never been heard. */
export function isOneOf(reading: Reading, options: readonly Known[], scope: Scope): Condition {
  if (reading.isWhole) return anyOf(options.map((option) => isWholly(reading, option, scope)));
  const values = new Set<unknown>();
  for (const option of options) for (const value of saidAs(reading, option, scope)) values.add(value);
  const list = [...values];
  const ref = factOf(reading, scope);
  return list.length === 1 ? { ...ref, operator: 'equal', value: list[0] } : { ...ref, operator: 'in', value: list };
}

function isWholly(reading: Reading, option: Known, scope: Scope): Condition {
  if (typeof option !== 'number') throw new NotTaken('template filter int', 'the whole part is compared with numbers');
  const parts = (['greaterThanInclusive', 'lessThanInclusive'] as const).map((order) =>
    isOrdered(reading, order, option, scope),
  );
  return allOf(parts);
}

function saidAs(reading: Reading, option: Known, { entities }: Scope): readonly unknown[] {
  const { entity, attribute, as, fallback } = reading;
  if (typeof option === 'object' && option !== null) {
    throw new NotTaken('template comparison', 'a state is never a list', {});
  }
  // Who says nothing has no attribute, and a state that is called `unknown`.
  const isNothing = option === null || (fallback !== undefined && option === fallback);
  if (attribute !== null || as === 'number') return isNothing && option !== null ? [option, null] : [option];
  if (option === null) return [null];
  const state = String(option);
  const values = as === 'lower' ? spellings(state) : [state];
  const said = values.map((each) => entities.value(entity, each));
  return state === 'unknown' || isNothing ? [...said, null] : said;
}

function spellings(lower: string): readonly string[] {
  return [...new Set([lower, lower.slice(0, 1).toUpperCase() + lower.slice(1), lower.toUpperCase()])];
}

/** That what an entity says, as a number, is on this side of a number or of what another says. */
export function isOrdered(reading: Reading, order: Order, limit: number | Reading, scope: Scope): Condition {
  if (reading.isWhole) return isWholeOrdered(reading, order, limit, scope);
  const asNumber: Reading = { ...reading, as: 'number' };
  const other = typeof limit === 'number' ? null : ({ ...limit, as: 'number' } satisfies Reading);
  const value = other ? factOf(other, scope) : limit;
  const compared: Condition = { ...factOf(asNumber, scope), operator: order, value };
  const condition = allOf([compared, ...knows(asNumber, scope), ...(other ? knows(other, scope) : [])]);
  const { fallback } = reading;
  if (typeof fallback !== 'number' || other) return condition;
  // What is no number counts as the fallback.
  return holds(fallback, order, limit as number) ? anyOf([condition, ...unknown(asNumber, scope)]) : condition;
}

/** 19.5 is above 19, its whole part is not: the limit moves by one. Below 0, where parts are cut towards 0, none is taken. */
function isWholeOrdered(
  { isWhole: _, ...reading }: Reading,
  order: Order,
  limit: number | Reading,
  scope: Scope,
): Condition {
  const isUpwards = order === 'greaterThan' || order === 'lessThanInclusive';
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < (isUpwards ? 0 : 1)) {
    throw new NotTaken('template filter int', 'the whole part is compared with whole numbers above 0', {
      instead: 'use `| float(0)`',
    });
  }
  if (order === 'greaterThan') return isOrdered(reading, 'greaterThanInclusive', limit + 1, scope);
  if (order === 'lessThanInclusive') return isOrdered(reading, 'lessThan', limit + 1, scope);
  return isOrdered(reading, order, limit, scope);
}

/** A number that is an attribute or not of Home Assistant is gone when it is not known; a state says so in words. */
function knows(reading: Reading, scope: Scope): readonly Condition[] {
  if (reading.attribute !== null || !scope.entities.isOwn(reading.entity)) return [];
  const state = factOf({ ...reading, as: 'is' }, scope);
  return [{ ...state, operator: 'notIn', value: UNKNOWN_STATES }];
}

function unknown(reading: Reading, scope: Scope): readonly Condition[] {
  const gone: Condition = { ...factOf(reading, scope), operator: 'equal', value: null };
  return [gone, ...knows(reading, scope).map(notOf)];
}

function holds(left: number, order: Order, right: number): boolean {
  switch (order) {
    case 'lessThan':
      return left < right;
    case 'lessThanInclusive':
      return left <= right;
    case 'greaterThan':
      return left > right;
    case 'greaterThanInclusive':
      return left >= right;
  }
}
