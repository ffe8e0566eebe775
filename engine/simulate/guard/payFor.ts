import { CodedError } from '../../../twin/CodedError.ts';
import type { GuardedAnswer } from '../../../twin/changes.ts';
import { GUARD_TERMS } from './guardTerms.ts';

/** What an answer costs: what is to be kept for it, null where it was paid for already, and what is left then. */
export type Price = { readonly answer: GuardedAnswer | null; readonly left: number };

const DAY_MS = 86_400_000;

/**
 * What a guarded answer costs the organisation that asks, by what was answered before. The same question about the same
 * state of the homes is the same answer and costs nothing more; what was spent returns after the term.
 *
 * Throws `access:guard.budget_spent` when too little is left, to the organisation or to all together.
 */
export function payFor(wanted: GuardedAnswer, given: ReadonlyMap<string, readonly GuardedAnswer[]>): Price {
  const { organisation, day, units } = wanted;
  const { unitsOfOrganisation, unitsOfAll, termDays } = GUARD_TERMS;
  const since = Date.parse(day) - termDays * DAY_MS;
  const recent = [...given.values()].flat().filter((each) => Date.parse(each.day) > since);
  const own = recent.filter((each) => each.organisation === organisation);
  const left = unitsOfOrganisation - unitsOf(own);
  const isSame = (each: GuardedAnswer): boolean => nameOf(each) === nameOf(wanted);
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

/** Equal for the same answer, whoever gets it. */
export function nameOf({ day, state, question }: GuardedAnswer): string {
  return `${day} ${state} ${question}`;
}

/** One of those that are the same answer, given to several. */
function distinct(answers: readonly GuardedAnswer[]): readonly GuardedAnswer[] {
  return [...new Map(answers.map((each) => [nameOf(each), each])).values()];
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
