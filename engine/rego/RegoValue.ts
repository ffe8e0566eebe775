/**
 * A value while policies are evaluated: what JSON has, sets, and objects with keys of any kind. `undefined` is Rego's
 * undefined. Objects and lists of the input and of data are the caller's own and are never changed.
 */
export type RegoValue = unknown;

/** A set that a plan makes. Members of one text are one member. */
export class RegoSet {
  // Most sets of an evaluation stay empty, so maps are made when there is something to put into them.
  #scalars: Set<RegoValue> | undefined;
  #others: Map<string, RegoValue> | undefined;
  #sorted: readonly RegoValue[] | undefined;

  static of(members: Iterable<RegoValue>): RegoSet {
    const set = new RegoSet();
    for (const member of members) set.add(member);
    return set;
  }

  get size(): number {
    return (this.#scalars?.size ?? 0) + (this.#others?.size ?? 0);
  }

  add(member: RegoValue): void {
    if (isScalar(member)) {
      this.#scalars ??= new Set();
      this.#scalars.add(member);
      this.#sorted = undefined;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(textOf(member), member);
    this.#sorted = undefined;
  }

  has(member: RegoValue): boolean {
    return isScalar(member) ? this.#scalars?.has(member) === true : this.#others?.has(textOf(member)) === true;
  }

  /** The members in the order in which they came. */
  members(): readonly RegoValue[] {
    if (this.#others === undefined) return this.#scalars === undefined ? [] : [...this.#scalars];
    return [...(this.#scalars ?? []), ...this.#others.values()];
  }

  /** The members in the order of Rego. */
  sorted(): readonly RegoValue[] {
    this.#sorted ??= this.size < 2 ? this.members() : this.members().toSorted(compare);
    return this.#sorted;
  }
}

/** A key and its value. */
type Entry = readonly [key: RegoValue, value: RegoValue];

/** An object that a plan makes. */
export class RegoObject {
  readonly #scalars = new Map<RegoValue, RegoValue>();
  #others: Map<string, Entry> | undefined;
  #text: string | undefined;

  static of(entries: Iterable<Entry>): RegoObject {
    const made = new RegoObject();
    for (const [key, value] of entries) made.set(key, value);
    return made;
  }

  get size(): number {
    return this.#scalars.size + (this.#others?.size ?? 0);
  }

  set(key: RegoValue, value: RegoValue): void {
    this.#text = undefined;
    if (isScalar(key)) this.#scalars.set(key, value);
    else {
      this.#others ??= new Map();
      this.#others.set(textOf(key), [key, value]);
    }
  }

  get(key: RegoValue): RegoValue {
    return isScalar(key) ? this.#scalars.get(key) : this.#others?.get(textOf(key))?.[1];
  }

  /**
   * Goes through the members in the order of their keys where all are texts and came in it, as those of a plan's objects
   * do; else goes through none and is false.
   */
  forEachInOrder(run: (value: RegoValue, key: RegoValue) => void): boolean {
    let last: string | undefined;
    for (const key of this.#scalars.keys()) {
      if (typeof key !== 'string' || (last !== undefined && compareStrings(last, key) > 0)) return false;
      last = key;
    }
    if (this.#others !== undefined) return false;
    this.#scalars.forEach(run);
    return true;
  }

  /** Keys and values in the order in which they came. */
  entries(): readonly Entry[] {
    return [...this.#scalars, ...(this.#others?.values() ?? [])];
  }

  /** The text of the whole, which is kept until a member is set: rules put the same objects into sets again and again. */
  text(): string {
    this.#text ??= objectText(this.entries());
    return this.#text;
  }
}

/** An object of the input or of data. */
type PlainObject = Readonly<Record<string, unknown>>;

function isScalar(value: RegoValue): boolean {
  return typeof value !== 'object' || value === null;
}

/** A text that is equal for equal values, however they were made. */
function textOf(value: RegoValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (isScalar(value)) return value === null ? 'null' : scalarText(value);
  if (value instanceof RegoSet) return `<${value.members().map(textOf).sort().join(',')}>`;
  if (Array.isArray(value)) return `[${value.map(itemText).join(',')}]`;
  return value instanceof RegoObject ? value.text() : objectText(entriesOf(value));
}

function objectText(entries: readonly Entry[]): string {
  const members = entries.map(([key, member]) => `${textOf(key)}:${textOf(member)}`);
  return `{${members.sort().join(',')}}`;
}

function scalarText(value: RegoValue): string {
  // Zero has no sign in JSON.
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value === 'boolean') return `${value}`;
  throw new TypeError(`a ${typeof value} is no JSON`);
}

function itemText(value: RegoValue): string {
  return textOf(item(value));
}

/** An item of a list as JSON would have it. */
function item(value: RegoValue): RegoValue {
  return isAbsent(value) ? null : value;
}

/** What JSON leaves out of an object. */
function isAbsent(value: RegoValue): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}

export function isObject(value: RegoValue): value is RegoObject | PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegoSet);
}

export function isArray(value: RegoValue): value is readonly RegoValue[] {
  return Array.isArray(value);
}

export function isSet(value: RegoValue): value is RegoSet {
  return value instanceof RegoSet;
}

/** What stands under a key; undefined where nothing does. */
export function memberOf(value: RegoValue, key: RegoValue): RegoValue {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof RegoSet) return value.has(key) ? key : undefined;
  if (value instanceof RegoObject) return value.get(key);
  if (Array.isArray(value)) {
    return typeof key === 'number' && Number.isInteger(key) && key >= 0 && key < value.length
      ? item(value[key])
      : undefined;
  }
  if (typeof key !== 'string' || !Object.hasOwn(value, key)) return undefined;
  const member = (value as PlainObject)[key];
  return isAbsent(member) ? undefined : member;
}

/** Keys and values as they come; those of a set are both the member. */
export function entriesOf(value: RegoValue): readonly Entry[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof RegoSet) return value.members().map((member) => [member, member]);
  if (value instanceof RegoObject) return value.entries();
  if (Array.isArray(value)) return value.map((member, index) => [index, item(member)]);
  return Object.entries(value).filter(([, member]) => !isAbsent(member));
}

/** Keys and values in the order of Rego. */
export function sortedEntriesOf(value: RegoValue): readonly Entry[] {
  if (value instanceof RegoSet) return value.sorted().map((member) => [member, member]);
  const entries = entriesOf(value);
  return Array.isArray(value) || entries.length < 2 ? entries : entries.toSorted(([a], [b]) => compare(a, b));
}

/** Whether a collection has this value, as `in` asks. */
export function hasValue(collection: RegoValue, value: RegoValue): boolean {
  if (collection instanceof RegoSet) return collection.has(value);
  if (Array.isArray(collection)) {
    if (typeof value === 'string') return collection.includes(value);
    return collection.some((member) => equal(item(member), value));
  }
  return entriesOf(collection).some(([, member]) => equal(member, value));
}

/** How many characters or members a value has; undefined where it has neither. */
export function lengthOf(value: RegoValue): number | undefined {
  if (typeof value === 'string') return characters(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value.length;
  return value instanceof RegoSet || value instanceof RegoObject ? value.size : entriesOf(value).length;
}

function characters(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if (isHighSurrogate(text.charCodeAt(at))) count--;
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

export function equal(a: RegoValue, b: RegoValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, index) => equal(item(one), item(b[index])));
  }
  if (Array.isArray(b)) return false;
  if (a instanceof RegoSet || b instanceof RegoSet) {
    return a instanceof RegoSet && b instanceof RegoSet && a.size === b.size && a.members().every((one) => b.has(one));
  }
  const entries = entriesOf(a);
  return entries.length === lengthOf(b) && entries.every(([key, member]) => holds(b, key, member));
}

function holds(object: RegoValue, key: RegoValue, value: RegoValue): boolean {
  const member = memberOf(object, key);
  return member !== undefined && equal(member, value);
}

/** Compares any two values as Rego orders them: null, booleans, numbers, strings, lists, objects, sets. */
export function compare(a: RegoValue, b: RegoValue): number {
  if (a === b) return 0;
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  if (difference !== 0) return difference;
  switch (rank) {
    case Rank.Null:
      return 0;
    case Rank.Boolean:
      return a === true ? 1 : -1;
    case Rank.Number:
      return (a as number) < (b as number) ? -1 : 1;
    case Rank.String:
      return compareStrings(a as string, b as string);
    case Rank.Array:
      return compareLists(a as readonly RegoValue[], b as readonly RegoValue[]);
    case Rank.Set:
      return compareLists((a as RegoSet).sorted(), (b as RegoSet).sorted());
    default:
      return compareLists(sortedEntriesOf(a), sortedEntriesOf(b));
  }
}

const Rank = { Null: 0, Boolean: 1, Number: 2, String: 3, Array: 4, Object: 5, Set: 6 } as const;

function rankOf(value: RegoValue): number {
  switch (typeof value) {
    case 'boolean':
      return Rank.Boolean;
    case 'number':
      return Rank.Number;
    case 'string':
      return Rank.String;
    case 'object':
      if (value === null) return Rank.Null;
      return Array.isArray(value) ? Rank.Array : value instanceof RegoSet ? Rank.Set : Rank.Object;
    default:
      throw new TypeError(`a ${typeof value} is no JSON`);
  }
}

/** Compares by the bytes of UTF-8, as OPA does: that is the order of code points, not of UTF-16's units. */
function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one === other) continue;
    // A surrogate stands for a code point above all that one unit holds.
    const [high, low] = [one >= 0xd800 && one < 0xe000, other >= 0xd800 && other < 0xe000];
    return high === low ? one - other : high ? 1 : -1;
  }
  return a.length - b.length;
}

function compareLists(a: readonly RegoValue[], b: readonly RegoValue[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = compare(item(a[at]), item(b[at]));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The value as JSON has it: sets as sorted lists, objects with sorted keys that are texts. */
export function toJson(value: RegoValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof RegoSet) return value.size === 0 ? [] : value.sorted().map(toJson);
  if (Array.isArray(value)) return value.map((member) => toJson(item(member)));
  const made: Record<string, unknown> = {};
  const put = (member: RegoValue, key: RegoValue) => define(made, key, toJson(member));
  if (value instanceof RegoObject && value.forEachInOrder(put)) return made;
  for (const [key, member] of sortedEntriesOf(value)) put(member, key);
  return made;
}

function define(made: Record<string, unknown>, key: RegoValue, value: unknown): void {
  const name = typeof key === 'string' ? key : JSON.stringify(toJson(key));
  // Assigning to this name would set the prototype.
  if (name === '__proto__') {
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  } else made[name] = value;
}
