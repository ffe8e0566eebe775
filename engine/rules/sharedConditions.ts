import type { Condition, SharedConditions } from './Rule.ts';

/**
 * A condition in which what is referred to by name stands in the place of each reference; a name that is unknown, or that
 * refers to itself, stays a reference. What is put in bears the name of the reference, and its priority.
 */
export function withShared(
  condition: Condition,
  shared: SharedConditions,
  /** The names inside of which the condition stands. */
  within: readonly string[] = [],
): Condition {
  const go = (inner: Condition): Condition => withShared(inner, shared, within);
  if ('fact' in condition) return condition;
  if ('all' in condition) return { ...condition, all: condition.all.map(go) };
  if ('any' in condition) return { ...condition, any: condition.any.map(go) };
  if ('not' in condition) return { ...condition, not: go(condition.not) };
  const { condition: name, ...beside } = condition;
  const meant = Object.hasOwn(shared, name) && !within.includes(name) ? shared[name] : undefined;
  if (!meant) return condition;
  // json-rules-engine looks at a reference by the reference's own priority, which is 1 when it has none.
  return { ...withShared(meant, shared, [...within, name]), name, priority: 1, ...beside };
}

/** The names that a condition refers to and nobody has put in place. */
export function* referencesOf(condition: Condition): Generator<string> {
  if ('condition' in condition) yield condition.condition;
  else if ('not' in condition) yield* referencesOf(condition.not);
  else if ('all' in condition) for (const each of condition.all) yield* referencesOf(each);
  else if ('any' in condition) for (const each of condition.any) yield* referencesOf(each);
}
