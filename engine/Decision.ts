import type { Outcome } from '../twin/words.ts';
import type { Asking, ResourceRef } from './AccessRequest.ts';
import type { PolicyInput } from './facts/PolicyInput.ts';
import type { Obligation } from './obligations/Obligation.ts';
import type { EvaluationError, Reason } from './rego/Verdict.ts';

/** What was decided about one resource. A denial is an answer like any other. */
export type Decision = {
  readonly id: string;
  readonly outcome: Outcome;
  readonly obligations: readonly Obligation[];
  readonly reasons: readonly Reason[];
  readonly errors: readonly EvaluationError[];
  /** What would be decided but for waivers; absent where none keeps a rule from acting. */
  readonly underneath?: { readonly outcome: Outcome; readonly obligations: readonly Obligation[] };
  readonly bundle: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** What policies that are announced will change about it, in order; absent when nothing. */
  readonly announced?: readonly DatedDecision[];
};

/** What is decided by the policies that are in force from an instant on. */
export type DatedDecision = Pick<Decision, 'outcome' | 'obligations' | 'reasons' | 'errors'> & {
  /** ISO 8601 in UTC. */
  readonly from: string;
};

/** A decision together with what was asked. */
export type AskedDecision = Decision & { readonly asking: Asking };

/** What is kept of a decision: one for each request and class, with all that evaluating it again needs. */
export type DecisionRecord = AskedDecision & {
  readonly input: PolicyInput;
  /** The first resources that it covered, and how many there were. */
  readonly resources: readonly ResourceRef[];
  readonly resourceCount: number;
};

/**
 * Where decisions are kept. `append` resolves when the records and their line in the audit are durable; when it
 * rejects, no answer may leave (fail closed).
 */
export interface DecisionRecords {
  append(records: readonly DecisionRecord[]): Promise<void>;
  find(id: string): Promise<DecisionRecord | null>;
}
