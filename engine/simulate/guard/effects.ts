import { OUTCOMES, type Outcome } from '../../../twin/words.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import type { Decided } from '../../combine.ts';

/** What a draft does to a cell: its outcome before and after, and whether what must be done with it changes while that stays. */
export type Effect = { readonly from: Outcome; readonly to: Outcome; readonly obligations: 'unchanged' | 'changed' };

/**
 * Every effect there can be, by number: what goes furthest comes first. A home in which a draft does several things counts
 * by the first of them: what opens most, else what closes most, else new obligations, else the highest outcome that stays.
 * A list that no data shape, so that the tables of a report do not tell by their lines what there is.
 */
export const EFFECTS: readonly Effect[] = OUTCOMES.flatMap((from) =>
  OUTCOMES.flatMap((to): Effect[] =>
    from === to
      ? [
          { from, to, obligations: 'changed' },
          { from, to, obligations: 'unchanged' },
        ]
      : [{ from, to, obligations: 'unchanged' }],
  ),
).sort((a, b) => orderOf(a).reduce((first, part, at) => first || part - orderOf(b)[at]!, 0));

const numbers = new Map(EFFECTS.map((effect, number) => [keyOf(effect), number]));

/** The number of what happens to a cell that is decided so before and after. */
export function effectOf(before: Decided, after: Decided): number {
  const [from, to] = [before.outcome, after.outcome];
  const same = from !== to || canonicalJson(before.obligations) === canonicalJson(after.obligations);
  return numbers.get(keyOf({ from, to, obligations: same ? 'unchanged' : 'changed' }))!;
}

function keyOf({ from, to, obligations }: Effect): string {
  return `${from} ${to} ${obligations}`;
}

/** Numbers of which the lower goes first. */
function orderOf({ from, to, obligations }: Effect): readonly number[] {
  const [before, after] = [OUTCOMES.indexOf(from), OUTCOMES.indexOf(to)];
  if (after > before) return [0, before - after, -after];
  if (after < before) return [1, after - before, after];
  return [obligations === 'changed' ? 2 : 3, 0, -after];
}
