import { Almanac } from 'json-rules-engine';

/** Finds a part of a value. */
export type ResolvePath = (value: unknown) => unknown;

type WithResolver = { readonly pathResolver: (value: object, path: string) => unknown };

/** A path that only goes down: `$.update.progress`, `$.schedule[0].at`. */
const PLAIN = /^\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\[\d+\])+$/;

/** The npm engine's own resolver (JSONPath), so that every path means the same to both. */
const { pathResolver } = new Almanac() as unknown as WithResolver;

/** A path ready to be followed, from objects alone: what is none is its own part. */
export function resolvePath(path: string): ResolvePath {
  const keys = PLAIN.test(path) ? path.match(/[A-Za-z0-9_]+/g) : null;
  if (!keys) return (value) => (isObject(value) ? pathResolver(value, path) : value);
  return (value) => (isObject(value) ? descend(value, keys) : value);
}

function descend(value: object, keys: readonly string[]): unknown {
  let part: unknown = value;
  for (const key of keys) {
    if (!part || !Object.hasOwn(part, key)) return undefined;
    part = (part as Record<string, unknown>)[key];
  }
  return part;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
