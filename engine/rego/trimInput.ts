import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { InputPath, ReadSet } from './readSet.ts';

/**
 * The part of an input that a bundle can read. What stands on the way to a path stays as far as it is there: an object or
 * list without its other members, a `null` or a text as it is.
 */
export function trimInput(input: PolicyInput, readSet: ReadSet): unknown {
  return trim(input, readSet);
}

function trim(value: unknown, paths: readonly InputPath[]): unknown {
  if (typeof value !== 'object' || value === null || paths.some(({ length }) => length === 0)) return value;
  if (Array.isArray(value)) {
    const rest = paths.filter(([head]) => head === '*').map((path) => path.slice(1));
    return value.map((item) => (rest.length > 0 ? trim(item, rest) : null));
  }
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const rest = paths.filter(([head]) => head === key || head === '*').map((path) => path.slice(1));
    if (rest.length > 0) kept[key] = trim(member, rest);
  }
  return kept;
}
