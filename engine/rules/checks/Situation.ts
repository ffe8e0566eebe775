import { type Asked, domainOf, keyOf, type Logic } from './askedOf.ts';
import { areApart, holds, intersect, isEmpty, isWithin, numbersBetween, oneOf, type ValueSet } from './ValueSet.ts';

/** What holds together: each value that is asked for in its set, and what else must or must not hold, by its text. */
export type Situation = {
  readonly values: ReadonlyMap<string, { readonly asked: Asked; readonly set: ValueSet }>;
  readonly texts: ReadonlyMap<string, boolean>;
};

/** Beyond so many alternatives nothing is said. */
const MOST = 200;

export const ANY_SITUATION: Situation = { values: new Map(), texts: new Map() };

/** The situations in which conditions hold, one of which must be; none when they contradict each other; null when they are too many. */
export function situationsOf(logic: Logic): readonly Situation[] | null {
  if (logic.kind === 'asked') return situationOf(logic.asked);
  if (logic.kind === 'any') {
    const parts = logic.parts.map(situationsOf);
    const all = parts.flatMap((part) => part ?? []);
    return parts.includes(null) || all.length > MOST ? null : all;
  }
  let found: readonly Situation[] = [ANY_SITUATION];
  for (const part of logic.parts) {
    const next = situationsOf(part);
    if (!next || found.length * next.length > MOST) return null;
    found = found.flatMap((one) => next.flatMap((other) => meet(one, other) ?? []));
  }
  return found;
}

/** The situation in which one condition holds, if there is one. */
function situationOf(asked: Asked): readonly Situation[] {
  const { key, set, holds } = asked;
  if (!set) return [{ values: new Map(), texts: new Map([[key, holds]]) }];
  const possible = intersect(set, domainOf(asked));
  if (isEmpty(possible)) return [];
  const situation: Situation = { values: new Map([[key, { asked, set: possible }]]), texts: new Map() };
  const now = heldNow(asked, possible);
  return now ? [meet(situation, now)].filter((each) => each !== null) : [situation];
}

/** What has been so for a while is so now. */
function heldNow({ fact, params, path }: Asked, set: ValueSet): Situation | null {
  if (fact !== 'held_for' || holds(set, 0)) return null;
  const { property: name, in: values, above = -Infinity, below = Infinity, device } = params;
  const now = Array.isArray(values)
    ? oneOf(values)
    : numbersBetween(Number(above), Number(below), { withFrom: false, withTo: false });
  const about = { fact: 'property', params: device === undefined ? { name } : { name, device } };
  const asked: Asked = { ...about, operator: 'in', value: values, path, key: keyOf(about), set: now, holds: true };
  return { values: new Map([[asked.key, { asked, set: now }]]), texts: new Map() };
}

/** What two situations are together; null when they exclude each other. */
export function meet(a: Situation, b: Situation): Situation | null {
  if (a.values.size + a.texts.size === 0) return b;
  if (b.values.size + b.texts.size === 0) return a;
  if (excludeEachOther(a, b)) return null;
  const values = new Map(a.values);
  for (const [key, { asked, set }] of b.values) {
    const before = values.get(key);
    values.set(key, before ? { asked: before.asked, set: intersect(before.set, set) } : { asked, set });
  }
  return { values, texts: new Map([...a.texts, ...b.texts]) };
}

/** Whether two situations are never there together. Most pairs of rules part here. */
function excludeEachOther(a: Situation, b: Situation): boolean {
  for (const [key, { set }] of b.values) {
    const other = a.values.get(key);
    if (other && areApart(other.set, set)) return true;
  }
  for (const [text, holds] of b.texts) if ((a.texts.get(text) ?? holds) !== holds) return true;
  return false;
}

/** Whether whatever is in the one situation is in the other too. */
export function implies(a: Situation, b: Situation): boolean {
  for (const [key, { asked, set }] of b.values) {
    if (!isWithin(a.values.get(key)?.set ?? domainOf(asked), set)) return false;
  }
  for (const [text, holds] of b.texts) if (a.texts.get(text) !== holds) return false;
  return true;
}
