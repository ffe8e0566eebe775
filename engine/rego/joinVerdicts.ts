import type { EvaluationError, Verdict } from './Verdict.ts';

/** What several policies say together, each list in their order. Where one fails, all of them do, as if asked at once. */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  const failure = verdicts.find(isFailure);
  if (failure) return failure;
  const waived = verdicts.flatMap((verdict) => verdict.waived ?? []);
  return {
    permits: verdicts.flatMap(({ permits }) => permits),
    caps: verdicts.flatMap(({ caps }) => caps),
    denies: verdicts.flatMap(({ denies }) => denies),
    ...(waived.length > 0 && {
      waived: { caps: waived.flatMap(({ caps }) => caps), denies: waived.flatMap(({ denies }) => denies) },
    }),
    errors: verdicts.flatMap(({ errors }) => errors),
  };
}

/** What ends an evaluation, so that nothing of what other policies say is known. */
const FAILURES: readonly EvaluationError['code'][] = [
  'policy:evaluation.failed',
  'policy:evaluation.conflict',
  'policy:evaluation.step_limit',
];

/** Whether an evaluation ended without a verdict. */
export function isFailure({ errors: [error] }: Pick<Verdict, 'errors'>): boolean {
  return error !== undefined && FAILURES.includes(error.code);
}
