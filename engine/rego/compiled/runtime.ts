import {
  entriesOf,
  equal,
  isObject,
  lengthOf,
  memberOf,
  RegoObject,
  RegoSet,
  type RegoValue,
  sortedEntriesOf,
} from '../RegoValue.ts';
import { conflictError } from '../Verdict.ts';
import { EvaluationFault } from './EvaluationFault.ts';
import type { Steps } from './Steps.ts';

/** What generated code calls, besides builtins and itself. Its names are all that it knows of us. */
export function makeRuntime(steps: Steps, files: readonly string[]) {
  return {
    steps,
    RegoSet,
    RegoObject,
    memberOf,
    memberAt,
    equal,
    entriesOf,
    sortedEntriesOf,
    isObject,
    isArray: Array.isArray,
    sizeOf: (value: RegoValue) => lengthOf(value) ?? 0,
    upsert,
    mergeObjects,
    insertOnce(object: RegoObject, key: RegoValue, value: RegoValue, file: number, row: number) {
      const known = object.get(key);
      if (known !== undefined && !equal(known, value)) conflict(file, row);
      object.set(key, value);
    },
    conflict,
  };

  function conflict(file: number, row: number): never {
    const { code, message } = conflictError(row > 0 ? `${files[file]}:${row}` : undefined);
    throw new EvaluationFault(code, message);
  }
}

/** What stands under a key that is found while evaluating. */
function memberAt(value: RegoValue, key: RegoValue): RegoValue {
  const member = memberOf(value, key);
  if (member === undefined && typeof key === 'number' && isObject(value) && memberOf(value, `${key}`) !== undefined) {
    // OPA itself finds it in a document of data, and nothing in the input; its Wasm finds nothing in either.
    throw new EvaluationFault(
      'policy:evaluation.wrong_type',
      `the number ${key} is asked for where the text "${key}" is`,
    );
  }
  return member;
}

/** The value with what stands at a path replaced, for `with`. What is no object on the way becomes one. */
function upsert(base: RegoValue, path: readonly string[], value: RegoValue): RegoValue {
  const [head, ...rest] = path;
  const copy = RegoObject.of(isObject(base) ? entriesOf(base) : []);
  copy.set(head, rest.length === 0 ? value : upsert(copy.get(head), rest, value));
  return copy;
}

/** Rules and base documents under one path, as one object: the first has precedence, objects are merged. */
function mergeObjects(a: RegoValue, b: RegoValue): RegoValue {
  if (a === undefined) return b;
  if (!isObject(a) || !isObject(b)) return a;
  const merged = RegoObject.of(entriesOf(a));
  for (const [key, value] of entriesOf(b)) {
    const known = merged.get(key);
    merged.set(key, known === undefined ? value : mergeObjects(known, value));
  }
  return merged;
}
