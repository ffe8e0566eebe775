/** One type of obligation: what it may say, and how two of it merge. */
export type ObligationType<Member extends { readonly type: string }> = {
  readonly type: Member['type'];
  /** Whether an object of this `type` says what the type allows, and nothing else. */
  readonly accepts: (value: Readonly<Record<string, unknown>>) => boolean;
  /** The one obligation that does what both do, or null where there is none: that denies. */
  readonly stricter: (a: Member, b: Member) => Member | null;
  /** Two obligations of one type merge when they have the same key; without one, all of the type merge. */
  readonly key?: (member: Member) => string;
};

/** Tells whether an object has just the given members besides its `type`, each from its closed list. */
export function hasOnly(lists: Readonly<Record<string, readonly unknown[]>>) {
  return (value: Readonly<Record<string, unknown>>): boolean =>
    Object.keys(value).every((key) => key === 'type' || key in lists) &&
    Object.entries(lists).every(([key, list]) => list.includes(value[key]));
}

/** The later of two values in a list that runs from mild to strict. */
export function later<Value>(list: readonly Value[], a: Value, b: Value): Value {
  return list.indexOf(a) >= list.indexOf(b) ? a : b;
}
