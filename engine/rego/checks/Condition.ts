/**
 * What must hold for a rule: each value of the input within a set of what it may be, each list with and without some words,
 * and whatever else is asked, by its text.
 */
export type Condition = {
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  readonly facts: ReadonlyMap<string, boolean>;
};

/** Holds when one of its conditions does; never without any. */
export type AnyOf = readonly Condition[];

/** Beyond so many alternatives nothing is said. */
const MOST = 200;

export const ALWAYS: AnyOf = [{ values: new Map(), facts: new Map() }];
export const NEVER: AnyOf = [];

/** A value of the input that is one of some. */
export function valueIn(path: string, values: ReadonlySet<string>): AnyOf {
  return values.size === 0 ? NEVER : [{ values: new Map([[path, values]]), facts: new Map() }];
}

/** Something that holds or does not, of which no more than its text is known. */
export function fact(text: string, holds = true): AnyOf {
  return [{ values: new Map(), facts: new Map([[text, holds]]) }];
}

/** Both hold. Null where there are too many alternatives. */
export function both(a: AnyOf, b: AnyOf): AnyOf | null {
  if (a.length * b.length > MOST) return null;
  return a.flatMap((one) => b.flatMap((other) => meet(one, other) ?? []));
}

/** None of the alternatives holds. Null where there are too many. */
export function neither(of: AnyOf, domain: (path: string) => ReadonlySet<string>): AnyOf | null {
  let found: AnyOf = ALWAYS;
  for (const condition of of) {
    const next = both(found, opposite(condition, domain));
    if (!next) return null;
    found = next;
  }
  return found;
}

/** Whether whatever fulfils one condition fulfils the other too. */
export function implies(a: Condition, b: Condition): boolean {
  const values = [...b.values].every(([path, wanted]) => {
    return a.values.get(path)?.isSubsetOf(wanted) === true;
  });
  return values && [...b.facts].every(([text, holds]) => a.facts.get(text) === holds);
}

function meet(a: Condition, b: Condition): Condition | null {
  const values = new Map(a.values);
  for (const [path, wanted] of b.values) {
    const common = values.get(path)?.intersection(wanted) ?? wanted;
    if (common.size === 0) return null;
    values.set(path, common);
  }
  const facts = new Map(a.facts);
  for (const [text, holds] of b.facts) {
    if (facts.has(text) && facts.get(text) !== holds) return null;
    facts.set(text, holds);
  }
  return { values, facts };
}

function opposite({ values, facts }: Condition, domain: (path: string) => ReadonlySet<string>): AnyOf {
  return [
    ...[...values].flatMap(([path, wanted]) => valueIn(path, domain(path).difference(wanted))),
    ...[...facts].flatMap(([text, holds]) => fact(text, !holds)),
  ];
}
