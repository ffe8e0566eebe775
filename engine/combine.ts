import { OUTCOMES, type Outcome } from '../twin/words.ts';
import { obligationKey, stricterObligation } from './obligations/index.ts';
import type { Obligation } from './obligations/Obligation.ts';
import type { Denial, EvaluationError, Grant, Reason, Verdict } from './rego/Verdict.ts';

/** A verdict's sum: one outcome, what must be done with it, and why. */
export type Decided = {
  readonly outcome: Outcome;
  /** At most one for each type (notifications: for each person), in the order of their keys. */
  readonly obligations: readonly Obligation[];
  /** What decided: the denies if denied, else the permits at the highest outcome and the caps that lowered it; then what is waived. */
  readonly reasons: readonly Reason[];
  readonly errors: readonly EvaluationError[];
  /** What would be decided but for waivers; absent where none keeps a rule from acting. */
  readonly underneath?: { readonly outcome: Outcome; readonly obligations: readonly Obligation[] };
};

/**
 * Combines what the policies say: the highest permit, lowered by every cap, unless denied. Nothing permits by default, an
 * error denies, and so do obligations that cannot be done together. The obligations are those of all permits that give no less
 * than what is left, and of all caps. What is waived does not act, and stands among the
 * reasons with the verdict underneath.
 */
export function combine(verdict: Verdict): Decided {
  const decided = sum(verdict);
  const { waived } = verdict;
  if (!waived) return decided;
  const { outcome, obligations } = sum({
    ...verdict,
    caps: [...verdict.caps, ...waived.caps],
    denies: [...verdict.denies, ...waived.denies],
  });
  const reasons = [...waived.denies, ...waived.caps].map(({ reason }): Reason => ({ ...reason, code: 'waived' }));
  return { ...decided, reasons: [...decided.reasons, ...reasons], underneath: { outcome, obligations } };
}

function sum({ permits, caps, denies, errors }: Verdict): Decided {
  if (errors.length > 0) return denied([...denies.map(reasonOf), ...errors.map(errorReason)], errors);
  if (denies.length > 0) return denied(denies.map(reasonOf));
  const highest = maximum(permits.map(rank));
  if (highest <= DENIED) return denied([NO_PERMIT]);

  const outcome = Math.min(highest, ...caps.map(rank));
  // INVARIANT: the lower the outcome, the more permits bind, so that a cap that is added never turns a conflict into an answer.
  const winners = permits.filter((permit) => rank(permit) >= outcome);
  const lowering = caps.filter((cap) => rank(cap) < highest);
  if (outcome <= DENIED) return denied(lowering.filter((cap) => rank(cap) <= DENIED).map(reasonOf));

  const merged = merge([...winners, ...caps].flatMap(({ obligations }) => obligations));
  if (merged.kind === 'conflict') {
    const inConflict = [...winners, ...caps].filter(({ obligations }) =>
      obligations.some((obligation) => obligationKey(obligation) === merged.key),
    );
    const error = conflictError(merged);
    return denied([...inConflict.map(reasonOf), { ...errorReason(error), code: 'obligation_conflict' }], [error]);
  }
  return {
    outcome: OUTCOMES[outcome]!,
    obligations: merged.obligations,
    reasons: [...winners, ...lowering].map(reasonOf),
    errors: [],
  };
}

const DENIED = OUTCOMES.indexOf('denied');

/** The reason that stands where no rule permits. */
const NO_PERMIT: Reason = {
  code: 'no_permit',
  policy: 'main',
  rule: 'no_permit',
  file: 'policies/main.rego',
  line: 19,
  clauses: ['DH-7.2.6'],
  message: 'no policy permits this',
};

function errorReason({ message }: EvaluationError): Reason {
  return { ...NO_PERMIT, code: 'evaluation_error', rule: 'evaluation_error', message };
}

function denied(reasons: readonly Reason[], errors: readonly EvaluationError[] = []): Decided {
  return { outcome: 'denied', obligations: [], reasons, errors };
}

type Merged =
  | { readonly kind: 'merged'; readonly obligations: readonly Obligation[] }
  | { readonly kind: 'conflict'; readonly key: string; readonly a: Obligation; readonly b: Obligation };

function merge(obligations: readonly Obligation[]): Merged {
  const byKey = new Map<string, Obligation>();
  for (const obligation of obligations) {
    const key = obligationKey(obligation);
    const present = byKey.get(key);
    const one = present ? stricterObligation(present, obligation) : obligation;
    if (one === null) return { kind: 'conflict', key, a: present!, b: obligation };
    byKey.set(key, one);
  }
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: 'merged', obligations: sorted.map(([, obligation]) => obligation) };
}

function conflictError({ a, b }: { readonly a: Obligation; readonly b: Obligation }): EvaluationError {
  return {
    code: 'policy:obligation.conflict',
    message: `the obligations ${JSON.stringify(a)} and ${JSON.stringify(b)} cannot be done together`,
  };
}

function rank({ outcome }: Grant): number {
  return OUTCOMES.indexOf(outcome);
}

function maximum(ranks: readonly number[]): number {
  return ranks.reduce((most, one) => Math.max(most, one), DENIED);
}

function reasonOf({ reason }: Grant | Denial): Reason {
  return reason;
}
