import type { Verdict } from './Verdict.ts';

/** What several policies say together, each list in their order. */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
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
