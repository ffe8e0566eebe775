import type { Condition } from '../../Rule.ts';
import { allOf, anyOf, notOf } from '../conditionsOf.ts';
import { NotTaken } from '../NotTaken.ts';
import { factOf, isOneOf, isOrdered, type Order } from '../readingConditions.ts';
import { keyOf, type Scope } from '../Scope.ts';
import { clockCondition } from './clockCondition.ts';
import { type Comparison, compareKnown, isTrue } from './knownValues.ts';
import { mustBeKnown } from './mustBeKnown.ts';
import { type Known, known, type Reading, truth, type Value } from './Value.ts';

const ORDERS: Readonly<Record<string, Order>> = {
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
};
const TURNED: Readonly<Record<string, Comparison>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/** That a value is among others. */
export function contained(a: Value, b: Value, not: boolean, scope: Scope): Condition | boolean {
  const options = mustBeKnown(b, 'a list', scope);
  if (a.kind === 'known') {
    const holds = Array.isArray(options)
      ? options.includes(a.value)
      : typeof options === 'string' && typeof a.value === 'string' && options.includes(a.value);
    return holds !== not;
  }
  if (!Array.isArray(options)) throw new NotTaken('template in', 'what it is looked for in is no list');
  const each = options.map((option: Known) => compared(a, '==', known(option), scope));
  if (a.kind === 'reading') {
    const condition = isOneOf(a, options as readonly Known[], scope);
    return not ? notOf(condition) : condition;
  }
  if (each.includes(true)) return !not;
  const open = each.filter((one) => typeof one !== 'boolean');
  if (open.length === 0) return not;
  return not ? notOf(anyOf(open)) : anyOf(open);
}

/** A comparison of two values, as a condition; as a truth where both are known. */
export function compared(a: Value, operator: Comparison, b: Value, scope: Scope): Condition | boolean {
  if (a.kind === 'known' && b.kind === 'known') return compareKnown(a.value, operator, b.value);
  if (a.kind === 'either') return splitOver(a, (branch) => compared(branch, operator, b, scope));
  if (b.kind === 'either') return splitOver(b, (branch) => compared(a, operator, branch, scope));
  if (a.kind === 'known') return compared(b, TURNED[operator]!, a, scope);
  if (a.kind === 'clock' && b.kind === 'known') return clockCondition(a.part, operator, b.value);
  if (a.kind === 'payload' && b.kind === 'known') return payloadCondition(a.key, operator, b.value);
  if (a.kind === 'truth' && b.kind === 'known' && typeof b.value === 'boolean') {
    return (operator === '==') === b.value ? a.condition : notOf(a.condition);
  }
  if (a.kind !== 'reading' || (b.kind !== 'known' && b.kind !== 'reading')) {
    throw new NotTaken('template comparison', 'what is compared here is not known to a rule');
  }
  return readingCompared(a, operator, b, scope);
}

function readingCompared(
  a: Reading,
  operator: Comparison,
  b: Reading | { kind: 'known'; value: Known },
  scope: Scope,
): Condition {
  const order = ORDERS[operator];
  if (order !== undefined) {
    if (b.kind === 'reading') return isOrdered(a, order, b, scope);
    if (typeof b.value === 'number') return isOrdered(a, order, b.value, scope);
    throw new NotTaken('template comparison', 'texts are not ordered in a rule', { instead: 'use `| float(0)`' });
  }
  const equal = b.kind === 'known' ? isOneOf(a, [b.value], scope) : isSame(a, b, scope);
  return operator === '==' ? equal : notOf(equal);
}

function isSame(a: Reading, b: Reading, scope: Scope): Condition {
  const isNumber = a.as === 'number' || b.as === 'number';
  if (isNumber) {
    const orders = ['lessThanInclusive', 'greaterThanInclusive'] as const;
    return allOf(orders.map((order) => isOrdered(a, order, b, scope)));
  }
  if (a.as !== b.as || !scope.entities.isOwn(a.entity) || !scope.entities.isOwn(b.entity)) {
    throw new NotTaken('template comparison', 'whether these two say the same is not known to a rule');
  }
  return { ...factOf(a, scope), operator: 'equal', value: factOf(b, scope) };
}

function splitOver(
  { condition, chosen, otherwise }: Extract<Value, { kind: 'either' }>,
  ask: (value: Value) => Condition | boolean,
): Condition | boolean {
  const [yes, no] = [ask(chosen), ask(otherwise)];
  if (yes === no && typeof yes === 'boolean') return yes;
  const parts: Condition[] = [];
  if (yes !== false) parts.push(yes === true ? condition : allOf([condition, yes]));
  if (no !== false) parts.push(no === true ? notOf(condition) : allOf([notOf(condition), no]));
  return anyOf(parts);
}

function payloadCondition(key: string | null, operator: Comparison, value: Known): Condition {
  if (key === null) {
    throw new NotTaken('template trigger.payload', 'the twin keeps the parts of a message, not its text', {
      instead: 'ask for a key of `trigger.payload_json`',
    });
  }
  const ref = { fact: 'property', params: { name: key } } as const;
  const order = ORDERS[operator];
  return { ...ref, operator: order ?? (operator === '==' ? 'equal' : 'notEqual'), value };
}

/** The condition that a value is true, as Jinja and Home Assistant take it. */
export function conditionOf(value: Value, at: number, scope: Scope): Condition | boolean {
  switch (value.kind) {
    case 'known':
      return isTrue(value.value);
    case 'truth':
      return scope.settled.get(keyOf(value.condition)) ?? value.condition;
    case 'either':
      return splitOver(value, (branch) => conditionOf(branch, at, scope));
    case 'reading':
      if (value.as === 'number') return notOf(isOneOf(value, [0, null], scope));
      break;
    case 'state_object':
      return true;
  }
  throw new NotTaken('template', 'whether this is true is not known to a rule', { offset: at });
}

/** A condition as a value; a truth that is known as such. */
export function toValue(condition: Condition | boolean): Value {
  return typeof condition === 'boolean' ? known(condition) : truth(condition);
}

/** Whether an operator compares two values. */
export function isComparison(operator: string): operator is Comparison {
  return Object.hasOwn(TURNED, operator);
}
