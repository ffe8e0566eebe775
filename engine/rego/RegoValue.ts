/** A value as a plan makes it: what JSON has, sets, and objects with keys of any kind. Values of the input are JSON. */
export type RegoValue = unknown;

/** A set that a plan makes, its members by their keys. */
export class RegoSet {
  readonly members = new Map<string, RegoValue>();

  add(member: RegoValue): void {
    this.members.set(keyOf(member), member);
  }
}

/** An object that a plan makes, its members by the keys of their keys. */
export class RegoObject {
  readonly members = new Map<string, readonly [key: RegoValue, value: RegoValue]>();
}

/** A text that is equal for equal values, however they were made. */
function textOf(value: RegoValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (value instanceof RegoSet) return `<${[...value.members.values()].map(textOf).sort().join(',')}>`;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  const members = entriesOf(value).map(([key, member]) => `${textOf(key)}:${textOf(member)}`);
  return `{${members.sort().join(',')}}`;
}

/** The key under which a value stands in a set or an object. */
export function keyOf(value: RegoValue): string {
  return typeof value === 'string' ? `"${value}` : textOf(value);
}

export function equal(a: RegoValue, b: RegoValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return textOf(a) === textOf(b);
}

/** What stands under a key; undefined where nothing does. */
export function memberOf(value: RegoValue, key: RegoValue): RegoValue {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof RegoSet) return value.members.has(keyOf(key)) ? key : undefined;
  if (value instanceof RegoObject) return value.members.get(keyOf(key))?.[1];
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  if (typeof key !== 'string' || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

/** Keys and values in order; those of a set are both the member. */
export function entriesOf(value: RegoValue): readonly (readonly [RegoValue, RegoValue])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof RegoSet) return [...value.members.values()].map((member) => [member, member]);
  if (value instanceof RegoObject) return [...value.members.values()];
  return Array.isArray(value) ? value.map((member, index) => [index, member]) : Object.entries(value);
}

/** Whether a collection has this value, as `in` asks. */
export function hasValue(collection: RegoValue, value: RegoValue): boolean {
  if (collection instanceof RegoSet) return collection.members.has(keyOf(value));
  if (Array.isArray(collection)) return collection.some((member) => equal(member, value));
  return entriesOf(collection).some(([, member]) => equal(member, value));
}

/** How many characters or members a value has. */
export function lengthOf(value: RegoValue): number {
  return typeof value === 'string' ? [...value].length : entriesOf(value).length;
}
