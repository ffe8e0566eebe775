import { lengthOf, type RegoValue } from '../RegoValue.ts';
import { EvaluationFault } from './EvaluationFault.ts';

/**
 * How many steps an evaluation may take: turns of loops, calls of rules and functions, and for a builtin as many as it
 * looks at members. The product's own policies take a few hundred; the limit is about a second of work.
 */
export const DEFAULT_STEP_LIMIT = 20_000_000;

/** The steps that an evaluation has left. It is counted, not timed, so that every machine stops at the same place. */
export class Steps {
  readonly limit: number;
  left: number;

  constructor(limit: number) {
    this.limit = limit;
    this.left = limit;
  }

  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) this.end();
  }

  /** Spends what going through a value once takes. */
  spendOn(value: RegoValue): void {
    if (typeof value === 'string') this.spend(value.length >> 4);
    else if (typeof value === 'object') this.spend(lengthOf(value) ?? 0);
  }

  end(): never {
    throw new EvaluationFault('policy:evaluation.step_limit', `the evaluation took more than ${this.limit} steps`);
  }
}
