import type { Condition, DeviceFilter, FactCondition, Rule } from '../Rule.ts';

/** What of a device or its message a rule may be filed by; `value` is that of the property that wakes it. */
export type Aspect = 'name' | 'value' | 'model' | 'room' | 'kind';
/** By aspect the constants of which one it must be, or the rule cannot hold. */
export type Pins = ReadonlyMap<Aspect, ReadonlySet<unknown>>;

const FACTS: ReadonlyMap<string, Aspect> = new Map([
  ['device_name', 'name'],
  ['device_model', 'model'],
  ['room', 'room'],
  ['device_kind', 'kind'],
]);
const FILTERED = ['name', 'model', 'room', 'kind'] as const satisfies readonly (keyof DeviceFilter)[];
/** A condition that names more constants than this is no way to find its rule. */
const MOST_CONSTANTS = 16;
const NOTHING: Pins = new Map();

/**
 * What must be so for a rule to hold that a message with this property woke, as far as conditions and `on.devices` say it
 * in constants. Null for a property asks of no message: of what the network says of a device.
 */
export function pinsOf({ on, conditions }: Rule, property: string | null): Pins {
  const filters = FILTERED.flatMap((aspect): [Aspect, Set<unknown>][] => {
    const constant = on.devices?.[aspect];
    return constant === undefined ? [] : [[aspect, new Set<unknown>([constant])]];
  });
  return both(new Map(filters), pinsOfCondition(conditions, property));
}

function pinsOfCondition(condition: Condition, property: string | null): Pins {
  if ('fact' in condition) return pinsOfFact(condition, property);
  if ('all' in condition) {
    return condition.all.reduce<Pins>((pins, each) => both(pins, pinsOfCondition(each, property)), NOTHING);
  }
  if (!('any' in condition) || condition.any.length === 0) return NOTHING;
  return condition.any.map((each) => pinsOfCondition(each, property)).reduce(either);
}

function pinsOfFact({ fact, params = {}, path, operator, value }: FactCondition, property: string | null): Pins {
  const aspect = isOwnValue(fact, params, property) ? 'value' : isBare(params) ? FACTS.get(fact) : undefined;
  if (!aspect || path !== undefined) return NOTHING;
  if (operator === 'equal') return isScalar(value) ? new Map([[aspect, new Set([value])]]) : NOTHING;
  if (operator !== 'in' || !Array.isArray(value) || value.length > MOST_CONSTANTS) return NOTHING;
  // What is no scalar in the list is found by identity alone, and so never.
  return new Map([[aspect, new Set(value.filter(isScalar))]]);
}

function isOwnValue(fact: string, params: Readonly<Record<string, unknown>>, property: string | null): boolean {
  return fact === 'property' && params['name'] === property && Object.keys(params).length === 1;
}

function isBare(params: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(params).length === 0;
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}

/** What must be so where both must hold: of an aspect that both pin, what both allow. */
function both(one: Pins, other: Pins): Pins {
  const pins = new Map(one);
  for (const [aspect, constants] of other) pins.set(aspect, pins.get(aspect)?.intersection(constants) ?? constants);
  return pins;
}

/** What must be so where one must hold: aspects that both pin, to what either allows. */
function either(one: Pins, other: Pins): Pins {
  const pins = new Map<Aspect, ReadonlySet<unknown>>();
  for (const [aspect, constants] of one) {
    const others = other.get(aspect);
    if (others) pins.set(aspect, constants.union(others));
  }
  return pins;
}
