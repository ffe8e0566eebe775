import { canonicalJson } from '../canonicalJson.ts';

/** A value as a plan makes it: what JSON has, sets, and objects with keys of any kind. Values of the input are JSON. */
export type RegoValue = unknown;

/** A set or an object that a plan makes, its members by their canonical text. */
export class RegoSet {
  readonly members = new Map<string, RegoValue>();
}
export class RegoObject {
  readonly members = new Map<string, readonly [key: RegoValue, value: RegoValue]>();
}

/** A text that is equal for equal values, however they were made. */
export function textOf(value: RegoValue): string {
  if (value instanceof RegoSet) return `<${[...value.members.keys()].sort().join(',')}>`;
  if (value instanceof RegoObject) {
    const members = [...value.members].map(([key, [, member]]) => `${key}:${textOf(member)}`);
    return `{${members.sort().join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`);
    return `{${members.sort().join(',')}}`;
  }
  return canonicalJson(value);
}

export function equal(a: RegoValue, b: RegoValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return textOf(a) === textOf(b);
}

/** What stands under a key; undefined where nothing does. */
export function memberOf(value: RegoValue, key: RegoValue): RegoValue {
  if (value instanceof RegoSet) return value.members.has(textOf(key)) ? key : undefined;
  if (value instanceof RegoObject) return value.members.get(textOf(key))?.[1];
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  if (typeof value !== 'object' || value === null || typeof key !== 'string') return undefined;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

/** Keys and values in order; those of a set are both the member. */
export function entriesOf(value: RegoValue): readonly (readonly [RegoValue, RegoValue])[] {
  if (value instanceof RegoSet) return [...value.members.values()].map((member) => [member, member]);
  if (value instanceof RegoObject) return [...value.members.values()];
  if (Array.isArray(value)) return value.map((member, index) => [index, member]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
