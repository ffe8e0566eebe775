import type { PolicyCoverage } from '../../engine/rego/policyCoverage.ts';

/** How one case or one `test_` rule fared. */
export type TrialResult = {
  readonly file: string;
  /** The line on which it begins. */
  readonly line: number;
  readonly title: string;
  /** What is wrong; nothing when it passes. */
  readonly problems: readonly string[];
};

/** Everything that one run of `test` found. */
export type TrialRun = {
  readonly results: readonly TrialResult[];
  /** How far the policies are covered, where that was asked. */
  readonly coverage: PolicyCoverage | null;
};
