import { OUTCOMES } from '../../twin/words.ts';
import type { ReportedOutcome } from '../census/Transitions.ts';

/** The ladder of outcomes with `withheld` on the step above `denied`: nothing is seen of it either, though it is permitted. */
export function rank(outcome: ReportedOutcome): number {
  return outcome === 'withheld' ? 0.5 : OUTCOMES.indexOf(outcome);
}
