import type { DatedDecision, Decision } from '../Decision.ts';
import type { EvaluationError, Reason } from '../rego/Verdict.ts';
import { sentenceOf } from './errorSentences.ts';
import type { ReaderKind } from './ReaderKind.ts';

/** A reason as its reader may see it: those outside get its code and the numbers of its clauses. */
export type ToldReason = Pick<Reason, 'code' | 'clauses'> & { readonly [Member in keyof Reason]?: Reason[Member] };

/** What went wrong while deciding, with a sentence for readers; `message` says where, to those who may know. */
type ToldError = { readonly code: EvaluationError['code']; readonly message: string | null } & Sentence;
type Sentence = { readonly zh: string; readonly en: string };

type Told<Kind> = Omit<Kind, 'reasons' | 'errors' | 'announced'> & {
  readonly reasons: readonly ToldReason[];
  readonly errors: readonly ToldError[];
};

/** A decision as its reader may see it. */
export type ToldDecision = Told<Decision> & { readonly announced: readonly ToldDated[] };
export type ToldDated = Told<DatedDecision>;

/** A decision as a reader may see it. */
export function toldTo(kind: ReaderKind, { announced = [], underneath, ...decision }: Decision): ToldDecision {
  // What will change is told by rules that those outside are not told of.
  const dated = kind === 'outside' ? [] : announced.map((each) => toldDated(kind, each));
  const waived = underneath && kind !== 'outside' ? { underneath } : {};
  return { ...told(kind, decision), ...waived, announced: dated };
}

/** What is decided from an instant on, as a reader may see it. */
export function toldDated(kind: ReaderKind, decision: DatedDecision): ToldDated {
  return told(kind, decision);
}

function told<Kind extends Pick<Decision, 'reasons' | 'errors'>>(kind: ReaderKind, decision: Kind) {
  const { reasons, errors } = decision;
  return {
    ...decision,
    reasons: kind === 'outside' ? reasons.map(({ code, clauses }): ToldReason => ({ code, clauses })) : reasons,
    errors: errors.map(({ code, message }) => ({
      code,
      message: kind === 'outside' ? null : message,
      ...sentenceOf(code),
    })),
  };
}
