import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CodedError } from '../../twin/CodedError.ts';
import type { DecisionEvent } from './decisionEvent.ts';

/** What is done with a place of an event, named by a JSON pointer as in OPA's masks. */
export type EventMask =
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'upsert'; readonly path: string; readonly value: unknown };

/** What tells of people: their ages and what they allowed, and the marks of their home. */
export const STANDARD_MASKS: readonly EventMask[] = [
  { op: 'remove', path: '/input/resource/owners' },
  { op: 'remove', path: '/input/resource/home/flags' },
];

/**
 * Reads masks that take the place of the standard ones: a JSON or YAML list of pointers to leave out, or of objects as
 * OPA's masks have them. Throws `config:decision_log.masks_invalid`.
 *
 * @example
 * // - /input/resource/owners
 * // - { op: upsert, path: /input/subject/organisation, value: hidden }
 */
export function readMasks(file: string): readonly EventMask[] {
  let list: unknown;
  try {
    list = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw invalid(file, 'it cannot be read', cause);
  }
  if (!Array.isArray(list)) throw invalid(file, 'it is no list');
  return list.map((item, index): EventMask => {
    const mask = toMask(item);
    if (!mask)
      throw invalid(file, `entry ${index + 1} is no pointer below \`/input\` or \`/result\` and no mask of one`);
    return mask;
  });
}

/** An event with its masks carried out, and named in it. Places that it does not have are nothing to hide. */
export function masked(event: DecisionEvent, masks: readonly EventMask[]): DecisionEvent {
  const copy = structuredClone(event) as { -readonly [Key in keyof DecisionEvent]: DecisionEvent[Key] };
  const erased: string[] = [];
  const changed = [...(event.masked ?? [])];
  for (const mask of masks) {
    const place = find(copy, mask.path);
    if (!place) continue;
    if (mask.op === 'remove') {
      if (Array.isArray(place.parent)) place.parent.splice(Number(place.key), 1, null);
      else delete place.parent[place.key];
      erased.push(mask.path);
    } else {
      place.parent[place.key] = mask.value;
      changed.push(mask.path);
    }
  }
  if (erased.length > 0) copy.erased = erased;
  if (changed.length > 0) copy.masked = changed;
  return copy;
}

const POINTER = /^\/(?:input|result)(?:\/(?:[^~/]|~[01])*)*$/;

function toMask(item: unknown): EventMask | null {
  if (typeof item === 'string') return POINTER.test(item) ? { op: 'remove', path: item } : null;
  if (typeof item !== 'object' || item === null) return null;
  const { op, path, value, ...rest } = item as Readonly<Record<string, unknown>>;
  if (typeof path !== 'string' || !POINTER.test(path) || Object.keys(rest).length > 0) return null;
  if (op === 'remove' && value === undefined) return { op, path };
  return op === 'upsert' && value !== undefined ? { op, path, value } : null;
}

type Members = Record<string, unknown>;

function find(root: unknown, pointer: string): { readonly parent: Members; readonly key: string } | null {
  const keys = pointer.slice(1).split('/').map(unescaped);
  const last = keys.pop()!;
  let node = root;
  for (const key of keys) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return null;
    node = (node as Members)[key];
  }
  return typeof node === 'object' && node !== null && Object.hasOwn(node, last)
    ? { parent: node as Members, key: last }
    : null;
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function invalid(file: string, problem: string, cause?: unknown): CodedError {
  return new CodedError('config:decision_log.masks_invalid', `the masks of the decision log are wrong: ${problem}`, {
    place: { file },
    hint: 'a list of JSON pointers such as `/input/resource/owners`, or of { op: remove | upsert, path, value }',
    ...(cause === undefined ? {} : { cause }),
  });
}
