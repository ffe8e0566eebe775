import type { Outcome } from '../../twin/words.ts';
import type { Obligation } from '../obligations/Obligation.ts';

/** What the policies say about one input, each list in a canonical order. `combine` makes a decision of it. */
export type Verdict = {
  readonly permits: readonly Grant[];
  readonly caps: readonly Grant[];
  readonly denies: readonly Denial[];
  /** What would cap and deny but for waivers that cover the home; absent when nothing would. */
  readonly waived?: { readonly caps: readonly Grant[]; readonly denies: readonly Denial[] };
  /** What went wrong while evaluating; one is enough to deny. */
  readonly errors: readonly EvaluationError[];
};

/** A permit says that the outcome may be had, a cap that no more than it may. */
export type Grant = {
  readonly outcome: Outcome;
  readonly obligations: readonly Obligation[];
  readonly reason: Reason;
};

export type Denial = { readonly reason: Reason };

/** Which rule decided, and where it stands. */
export type Reason = {
  readonly code: ReasonCode;
  /** The policy's package, such as `sharing.tiered`. */
  readonly policy: string;
  readonly rule: string;
  /** The policy file, relative to the folder of policies' parent, and the line on which the rule starts. */
  readonly file: string;
  readonly line: number;
  readonly clauses: readonly string[];
  readonly message: string;
  /** The path of the fact that was missing or too old for the rule; absent where none was. */
  readonly needs?: string;
};

/**
 * The kind of rule; `waived` is one that would cap or deny but for a waiver, and the last three are of `combine`, when no
 * rule decided.
 */
type ReasonCode = 'permit' | 'cap' | 'deny' | 'waived' | 'no_permit' | 'evaluation_error' | 'obligation_conflict';

/** What can go wrong while policies are asked; each denies. */
export const EVALUATION_ERRORS = {
  'policy:evaluation.failed': 'The policies, or what they call, ran into an error.',
  'policy:evaluation.undefined': 'They say nothing at all.',
  'policy:evaluation.conflict': 'A rule has two different values.',
  'policy:evaluation.wrong_type': 'What they say is of another type than a verdict.',
  'policy:evaluation.step_limit': 'They took more steps than an evaluation may.',
  'policy:verdict.malformed': 'A rule says something that is no permit, cap or deny.',
  'policy:rule.unknown': 'A reason names a rule that the bundle does not have.',
  'policy:obligation.unknown': 'An obligation is of no known type, or says what its type does not allow.',
  'policy:obligation.conflict': 'Two obligations cannot be done together.',
  'policy:obligation.undone': 'An obligation could not be done.',
} as const;

export type EvaluationError = { readonly code: keyof typeof EVALUATION_ERRORS; readonly message: string };

/** The error of two values for one rule, at a place such as `policies/a/b/b.rego:7`. */
export function conflictError(place: string | undefined): EvaluationError {
  return {
    code: 'policy:evaluation.conflict',
    message: `${place === undefined ? '' : `${place}: `}a rule has two different values`,
  };
}
