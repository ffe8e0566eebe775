import type { RegoValue } from '../../RegoValue.ts';
import type { Steps } from '../Steps.ts';
import type { Builtin, BuiltinFunction } from './Builtin.ts';
import { collections } from './collections.ts';
import { encodings } from './encodings.ts';
import { networks } from './networks.ts';
import { numbers } from './numbers.ts';
import { patterns } from './patterns.ts';
import { text } from './text.ts';

const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({ ...numbers, ...collections, ...text, ...encodings, ...networks, ...patterns }),
);

/** Builtins that take the same few steps whatever they are given, and so need no account of it. */
const CONSTANT = new Set(
  [
    ['equal', 'neq', 'gt', 'gte', 'lt', 'lte', 'plus', 'minus', 'mul', 'div', 'rem', 'abs', 'round', 'ceil', 'floor'],
    ['is_null', 'is_boolean', 'is_number', 'is_string', 'is_array', 'is_object', 'is_set', 'type_name'],
    ['count', 'object.get', 'to_number'],
  ].flat(),
);

/** Whether the evaluator has a builtin of this name. */
export function isBuiltin(name: string): boolean {
  return BUILTINS.has(name);
}

/** The function of a builtin, which gives account of its steps. */
export function bindBuiltin(name: string, steps: Steps): BuiltinFunction | undefined {
  const builtin = BUILTINS.get(name);
  if (builtin === undefined) return undefined;
  if (typeof builtin !== 'function') {
    const { cost, run } = builtin;
    return (...args) => {
      steps.spend(cost(...args));
      return run(...args);
    };
  }
  if (CONSTANT.has(name)) return builtin;
  if (name === 'internal.member_2') return (value, collection) => isMember(value, collection, builtin, steps);
  return (...args) => {
    for (const arg of args) steps.spendOn(arg);
    return builtin(...args);
  };
}

/** `in` is in every policy: what it looks up in a set is one step. */
function isMember(value: RegoValue, collection: RegoValue, run: BuiltinFunction, steps: Steps): RegoValue {
  if (Array.isArray(collection)) steps.spend(collection.length);
  return run(value, collection);
}
