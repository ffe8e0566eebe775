import {
  compare,
  entriesOf,
  equal,
  hasValue,
  isArray,
  isObject,
  isSet,
  lengthOf,
  memberOf,
  RegoObject,
  RegoSet,
  type RegoValue,
  sortedEntriesOf,
} from '../../RegoValue.ts';
import type { Builtins } from './Builtin.ts';
import { fold, subtract } from './numbers.ts';

/** Comparisons, kinds of values, lists, sets and objects. */
export const collections: Builtins = {
  equal: (a, b) => equal(a, b),
  neq: (a, b) => !equal(a, b),
  gt: (a, b) => compare(a, b) > 0,
  gte: (a, b) => compare(a, b) >= 0,
  lt: (a, b) => compare(a, b) < 0,
  lte: (a, b) => compare(a, b) <= 0,

  is_null: (a) => a === null,
  is_boolean: (a) => typeof a === 'boolean',
  is_number: (a) => typeof a === 'number',
  is_string: (a) => typeof a === 'string',
  is_array: isArray,
  is_object: isObject,
  is_set: isSet,
  type_name: (a) => (a === null ? 'null' : isArray(a) ? 'array' : isSet(a) ? 'set' : typeof a),

  'internal.member_2': (value, collection) => hasValue(collection, value),
  'internal.member_3': (key, value, collection) => {
    const member = memberOf(collection, key);
    return member !== undefined && equal(member, value);
  },

  count: lengthOf,
  sum: (a) => onItems(a, (items) => fold(items, 0, 'plus')),
  product: (a) => onItems(a, (items) => fold(items, 1, 'mul')),
  max: (a) => onItems(a, (items) => extreme(items, 1)),
  min: (a) => onItems(a, (items) => extreme(items, -1)),
  sort: (a) => onItems(a, (items) => items.toSorted(compare)),

  'array.concat': (a, b) => (isArray(a) && isArray(b) ? [...a, ...b] : undefined),
  'array.flatten': (a) => (isArray(a) ? a.flat() : undefined),
  'array.reverse': (a) => (isArray(a) ? a.toReversed() : undefined),
  'array.slice': (a, start, stop) => {
    if (!isArray(a) || !Number.isInteger(start) || !Number.isInteger(stop)) return undefined;
    return a.slice(Math.max(start as number, 0), Math.max(stop as number, 0));
  },

  minus: (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return subtract(a, b);
    return onSets(a, b, (x, y) => RegoSet.of(x.members().filter((one) => !y.has(one))));
  },
  and: (a, b) => onSets(a, b, intersection),
  or: (a, b) => onSets(a, b, (x, y) => RegoSet.of([...x.members(), ...y.members()])),
  intersection: (a) => onSetOfSets(a, (sets) => sets.reduce(intersection)),
  union: (a) => onSetOfSets(a, (sets) => RegoSet.of(sets.flatMap((set) => set.members()))),

  'object.get': (object, key, missing) => {
    if (!isObject(object)) return undefined;
    const path = isArray(key) ? key : [key];
    const member = path.reduce((found, step) => memberOf(found, step), object);
    // A null that is there is not missing.
    return member === undefined ? missing : member;
  },
  'object.keys': (a) => (isObject(a) ? RegoSet.of(entriesOf(a).map(([key]) => key)) : undefined),
  'object.filter': (a, keys) => {
    const kept = keysIn(keys);
    return isObject(a) && kept ? RegoObject.of(entriesOf(a).filter(([key]) => kept.has(key))) : undefined;
  },
  'object.remove': (a, keys) => {
    const removed = keysIn(keys);
    return isObject(a) && removed ? RegoObject.of(entriesOf(a).filter(([key]) => !removed.has(key))) : undefined;
  },
  'object.union': (a, b) => (isObject(a) && isObject(b) ? merge(a, b) : undefined),
  'object.union_n': (a) => {
    if (!isArray(a) || !a.every(isObject)) return undefined;
    return a.reduce(merge, new RegoObject());
  },
  'json.remove': (a, paths) => {
    const tree = pathTree(paths);
    return isObject(a) && tree ? remove(a, tree) : undefined;
  },
  'json.filter': (a, paths) => {
    const tree = pathTree(paths);
    return isObject(a) && tree ? filter(a, tree) : undefined;
  },

  walk: {
    cost: weight,
    run: (a) => {
      const found: RegoValue[] = [];
      const visit = (path: readonly RegoValue[], value: RegoValue): void => {
        found.push([path, value]);
        for (const [key, member] of sortedEntriesOf(value)) visit([...path, key], member);
      };
      visit([], a);
      return found;
    },
  },
  'graph.reachable': (graph, initial) => {
    if (!isObject(graph) || !(isArray(initial) || isSet(initial))) return undefined;
    const reached = new RegoSet();
    const queue = [...itemsOf(initial)!];
    for (const node of queue) {
      const edges = memberOf(graph, node);
      if (edges === undefined || reached.has(node)) continue;
      reached.add(node);
      queue.push(...(itemsOf(edges) ?? []));
    }
    return reached;
  },
};

/** How many values there are in a value, itself included. */
export function weight(value: RegoValue): number {
  let total = 1;
  for (const [, member] of entriesOf(value)) total += weight(member);
  return total;
}

/** Merges objects into a new one; where both have a key, objects are merged and anything else is the second's. */
function merge(a: RegoValue, b: RegoValue): RegoObject {
  const merged = RegoObject.of(entriesOf(a));
  for (const [key, value] of entriesOf(b)) {
    const known = merged.get(key);
    merged.set(key, isObject(known) && isObject(value) ? merge(known, value) : value);
  }
  return merged;
}

function intersection(x: RegoSet, y: RegoSet): RegoSet {
  return RegoSet.of(x.members().filter((one) => y.has(one)));
}

function itemsOf(value: RegoValue): readonly RegoValue[] | undefined {
  if (isArray(value)) return value;
  return isSet(value) ? value.sorted() : undefined;
}

function onItems(value: RegoValue, apply: (items: readonly RegoValue[]) => RegoValue): RegoValue {
  const items = itemsOf(value);
  return items === undefined ? undefined : apply(items);
}

function onSets(a: RegoValue, b: RegoValue, apply: (x: RegoSet, y: RegoSet) => RegoSet): RegoValue {
  return isSet(a) && isSet(b) ? apply(a, b) : undefined;
}

function onSetOfSets(a: RegoValue, apply: (sets: readonly RegoSet[]) => RegoSet): RegoValue {
  if (!isSet(a)) return undefined;
  const sets = a.sorted();
  if (!sets.every(isSet)) return undefined;
  return sets.length === 0 ? new RegoSet() : apply(sets);
}

function extreme(items: readonly RegoValue[], sign: 1 | -1): RegoValue {
  return items.length === 0 ? undefined : items.reduce((best, one) => (compare(one, best) * sign > 0 ? one : best));
}

function keysIn(keys: RegoValue): RegoSet | undefined {
  if (isSet(keys)) return keys;
  if (isArray(keys)) return RegoSet.of(keys);
  return isObject(keys) ? RegoSet.of(entriesOf(keys).map(([key]) => key)) : undefined;
}

/** Paths as a tree of objects; `null` is the end of one. */
type PathTree = RegoObject | null;

function pathTree(paths: RegoValue): RegoObject | undefined {
  const root = new RegoObject();
  for (const path of itemsOf(paths) ?? [undefined]) {
    const segments = typeof path === 'string' ? pointer(path) : path;
    if (!isArray(segments)) return undefined;
    plant(root, segments);
  }
  return root;
}

function pointer(path: string): readonly string[] {
  if (path === '') return [];
  return path
    .replace(/^\/+/, '')
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function plant(root: RegoObject, segments: readonly RegoValue[]): void {
  let node = root;
  for (const [at, segment] of segments.entries()) {
    const known = node.get(segment) as PathTree | undefined;
    if (at === segments.length - 1) node.set(segment, null);
    else if (known === null) return;
    else if (known) node = known;
    else {
      const next = new RegoObject();
      node.set(segment, next);
      node = next;
    }
  }
}

function remove(value: RegoValue, tree: RegoValue): RegoValue {
  if (tree === null) return undefined;
  if (tree === undefined) return value;
  return rebuild(value, (member, key) => remove(member, memberOf(tree, key)));
}

function filter(value: RegoValue, tree: RegoValue): RegoValue {
  if (tree === null) return value;
  if (tree === undefined) return undefined;
  return rebuild(value, (member, key) => filter(member, memberOf(tree, key)));
}

/** Makes a value again from what remains of its members, whose keys in lists are texts. */
function rebuild(value: RegoValue, keep: (member: RegoValue, key: RegoValue) => RegoValue): RegoValue {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) return value.map((one, at) => keep(one, `${at}`)).filter((one) => one !== undefined);
  if (isSet(value)) {
    return RegoSet.of(
      value
        .members()
        .map((one) => keep(one, one))
        .filter((one) => one !== undefined),
    );
  }
  const kept = entriesOf(value).map(([key, member]) => [key, keep(member, key)] as const);
  return RegoObject.of(kept.filter(([, member]) => member !== undefined));
}
