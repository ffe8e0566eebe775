import type { Problem } from '../problems.ts';

/** What was looked at, and what is wrong with it. */
export type Checked = {
  readonly what: string;
  /** The files that were read, as the repository names them. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
};

/** Everything that one run of `check` found. Each problem stands once, by file and line. */
export type Report = {
  readonly checked: readonly string[];
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
};

/** Puts together what the parts of a check found; what is wrong with an active policy is wrong under every draft too. */
export function reportOf(parts: readonly Checked[]): Report {
  const problems = new Map(
    parts.flatMap((part) => part.problems.map((problem) => [JSON.stringify(problem), problem] as const)),
  );
  return {
    checked: parts.map(({ what }) => what),
    files: [...new Set(parts.flatMap(({ files }) => files))].sort(),
    problems: [...problems.values()].sort(byPlace),
  };
}

function byPlace({ place: a = {} }: Problem, { place: b = {} }: Problem): number {
  const files = [a.file ?? '', b.file ?? ''] as const;
  if (files[0] !== files[1]) return files[0] < files[1] ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
