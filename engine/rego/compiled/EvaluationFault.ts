import type { EvaluationError } from '../Verdict.ts';

/** What ends an evaluation without a value. The evaluator turns it into an error of the verdict, which denies. */
export class EvaluationFault extends Error {
  readonly code: EvaluationError['code'];

  constructor(code: EvaluationError['code'], message: string) {
    super(message);
    this.name = 'EvaluationFault';
    this.code = code;
  }
}
