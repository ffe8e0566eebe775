import { type Asked, domainOf, keyOf, type Logic } from './askedOf.ts';
import { holds, intersect, isEmpty, isWithin, oneOf, type ValueSet } from './ValueSet.ts';

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
  if (fact !== 'held_for' || !Array.isArray(params['in']) || holds(set, 0)) return null;
  const { property: name, in: values, device } = params;
  const about = { fact: 'property', params: device === undefined ? { name } : { name, device } };
  const written = { operator: 'in', value: values, path };
  const asked: Asked = { ...about, ...written, key: keyOf(about), set: oneOf(values as unknown[]), holds: true };
  return { values: new Map([[asked.key, { asked, set: asked.set! }]]), texts: new Map() };
}

/** What two situations are together; null when they exclude each other. */
export function meet(a: Situation, b: Situation): Situation | null {
  if (a.values.size + a.texts.size === 0) return b;
  if (b.values.size + b.texts.size === 0) return a;
  const values = new Map(a.values);
  for (const [key, { asked, set }] of b.values) {
    const common = intersect(values.get(key)?.set ?? set, set);
    if (isEmpty(common)) return null;
    values.set(key, { asked: values.get(key)?.asked ?? asked, set: common });
  }
  const texts = new Map(a.texts);
  for (const [text, holds] of b.texts) {
    if ((texts.get(text) ?? holds) !== holds) return null;
    texts.set(text, holds);
  }
  return { values, texts };
}

/** Whether whatever is in the one situation is in the other too. */
export function implies(a: Situation, b: Situation): boolean {
  const inValues = [...b.values].every(([key, { asked, set }]) => {
    const known = a.values.get(key)?.set ?? domainOf(asked);
    return isWithin(known, set);
  });
  return inValues && [...b.texts].every(([text, holds]) => a.texts.get(text) === holds);
}
