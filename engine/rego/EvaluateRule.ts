import type { EvaluationError } from './Verdict.ts';

/** The value of a rule as JSON, or what went wrong; neither where the rule is undefined. */
export type RuleValue = { readonly value?: unknown; readonly error?: EvaluationError };

/**
 * Asks an entry point by its path, with an input and the base documents of data. The input may be any JSON, `false` and
 * `null` included; `undefined` is no input.
 */
export type EvaluateRule = (entrypoint: string, input?: unknown, data?: object) => RuleValue;
