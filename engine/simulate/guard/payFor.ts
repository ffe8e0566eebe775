import { CodedError } from '../../../twin/CodedError.ts';
import type { GuardedAnswer } from '../../../twin/changes.ts';
import { GUARD_TERMS } from './guardTerms.ts';

/** What an answer costs: what is to be kept for it, null where it was paid for already, and what is left then. */
export type Price = { readonly answer: GuardedAnswer | null; readonly left: number };

const DAY_MS = 86_400_000;

/**
 * What a guarded answer costs the organisation that asks, by what was answered before. The same question on the same day
 * is the same answer and costs nothing more; what was spent returns after the term.
 *
 * Throws `access:guard.budget_spent` when too little is left, to the organisation or to all together; and
 * `access:guard.snapshot_changed` when homes are not as they were counted that day, where noise would hide nothing.
 */
export function payFor(wanted: GuardedAnswer, given: ReadonlyMap<string, readonly GuardedAnswer[]>): Price {
  const { organisation, day, question, units, state } = wanted;
  const { unitsOfOrganisation, unitsOfAll, termDays } = GUARD_TERMS;
  const since = Date.parse(day) - termDays * DAY_MS;
  const recent = [...given.values()].flat().filter((each) => Date.parse(each.day) > since);
  if (recent.some((each) => each.day === day && each.state !== state)) {
    throw new CodedError('access:guard.snapshot_changed', `the homes are not as they were counted on ${day} already`, {
      hint: 'ask again tomorrow',
    });
  }
  const own = recent.filter((each) => each.organisation === organisation);
  const left = unitsOfOrganisation - unitsOf(own);
  const isSame = (each: GuardedAnswer): boolean => each.day === day && each.question === question;
  if (own.some(isSame)) return { answer: null, left };
  if (units > left) throw spent(`\`${organisation}\` has ${left} of ${unitsOfOrganisation}`, units, own);
  const others = unitsOfAll - unitsOf(distinct(recent));
  if (units > others && !recent.some(isSame)) {
    throw spent(`all organisations together have ${others} of ${unitsOfAll}`, units, recent);
  }
  return { answer: wanted, left: left - units };
}

function unitsOf(answers: readonly GuardedAnswer[]): number {
  return answers.reduce((sum, { units }) => sum + units, 0);
}

/** One of those that are the same answer, given to several. */
function distinct(answers: readonly GuardedAnswer[]): readonly GuardedAnswer[] {
  return [...new Map(answers.map((each) => [`${each.day} ${each.question}`, each])).values()];
}

function spent(who: string, units: number, answers: readonly GuardedAnswer[]): CodedError {
  const oldest = Math.min(...answers.map(({ day }) => Date.parse(day)));
  const returns = new Date(oldest + GUARD_TERMS.termDays * DAY_MS).toISOString().slice(0, 10);
  return new CodedError(
    'access:guard.budget_spent',
    `${who} units left for ${GUARD_TERMS.termDays} days, and this takes ${units}`,
    {
      hint: `a generated population costs nothing; the first of what was spent returns on ${returns}`,
    },
  );
}
