import type { RuleFacts } from '../RuleEvaluator.ts';

/** One evaluation: who answers, and its number, which no other evaluation has. */
export type Asked = { readonly facts: RuleFacts; readonly round: number };

/**
 * A question that conditions put to the facts. Conditions that ask the same share one, and in one evaluation it is asked
 * once; what throws is asked again by whoever needs it next.
 */
export class Question {
  readonly #ask: (asked: Asked) => unknown;
  #round = 0;
  #answer: unknown;

  constructor(ask: (asked: Asked) => unknown) {
    this.#ask = ask;
  }

  answer(asked: Asked): unknown {
    if (this.#round !== asked.round) {
      this.#answer = this.#ask(asked);
      this.#round = asked.round;
    }
    return this.#answer;
  }
}
