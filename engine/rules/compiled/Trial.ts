import type { Operator } from './operators.ts';
import type { Asked, Question } from './Question.ts';

/** What a trial does: small numbers, so that one `switch` tells them apart. */
export const DOES = {
  equal: 0,
  notEqual: 1,
  lessThan: 2,
  lessThanInclusive: 3,
  greaterThan: 4,
  greaterThanInclusive: 5,
  /** Compares with a constant by any other operator. */
  compare: 6,
  /** Compares with the answer to another question. */
  compareFact: 7,
  not: 8,
  /** All parts are tried, whatever they say. */
  all: 9,
  any: 10,
  /** A part is tried when those before it have not decided. */
  allInTurn: 11,
  anyInTurn: 12,
  fail: 13,
} as const;
type Does = (typeof DOES)[keyof typeof DOES];

/**
 * A condition as it is tried. All are of one shape and small: ten thousand rules are tried as fast as the memory gives
 * them, and a closure for each condition is spread over twice as much of it.
 */
export class Trial {
  readonly does: Does;
  /** What is asked; null for what is made of parts. */
  readonly question: Question | null;
  /** The constant, the other question (`compareFact`), or why it fails. */
  readonly value: unknown;
  readonly compare: Operator | null;
  readonly parts: readonly Trial[];

  constructor(
    does: Does,
    {
      question = null,
      value = null,
      compare = null,
      parts = NONE,
    }: { question?: Question | null; value?: unknown; compare?: Operator | null; parts?: readonly Trial[] },
  ) {
    this.does = does;
    this.question = question;
    this.value = value;
    this.compare = compare;
    this.parts = parts;
  }
}

const NONE: readonly Trial[] = [];

/** Whether a condition holds. Throws what a fact or an operator throws. */
export function holds(trial: Trial, asked: Asked): boolean {
  switch (trial.does) {
    case DOES.not:
      return !holds(trial.parts[0]!, asked);
    case DOES.all: {
      let held = true;
      for (const part of trial.parts) if (!holdsPart(part, asked)) held = false;
      return held;
    }
    case DOES.any: {
      let held = false;
      for (const part of trial.parts) if (holdsPart(part, asked)) held = true;
      return held;
    }
    case DOES.allInTurn:
      for (const part of trial.parts) if (!holds(part, asked)) return false;
      return true;
    case DOES.anyInTurn:
      for (const part of trial.parts) if (holds(part, asked)) return true;
      return false;
    case DOES.fail:
      throw new Error(trial.value as string);
    default:
      return compares(trial, asked);
  }
}

/** Most parts are comparisons, and what they do is done on the spot. */
function holdsPart(part: Trial, asked: Asked): boolean {
  return part.does <= DOES.compareFact ? compares(part, asked) : holds(part, asked);
}

function compares({ does, question, value, compare }: Trial, asked: Asked): boolean {
  // First what is compared with, as in the npm engine: of two that fail it tells the first.
  const wanted = does === DOES.compareFact ? (value as Question).answer(asked) : value;
  const answer = question!.answer(asked);
  if (does === DOES.equal) return answer === wanted;
  if (does === DOES.notEqual) return answer !== wanted;
  if (does >= DOES.compare || typeof answer !== 'number') return compare!(answer, wanted);
  switch (does) {
    case DOES.lessThan:
      return answer < (wanted as number);
    case DOES.lessThanInclusive:
      return answer <= (wanted as number);
    case DOES.greaterThan:
      return answer > (wanted as number);
    default:
      return answer >= (wanted as number);
  }
}
