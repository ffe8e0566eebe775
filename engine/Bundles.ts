import type { DecisionRecord } from './Decision.ts';
import type { RuleSource } from './rego/RuleSource.ts';
import type { InForce } from './rego/timetable.ts';

/** A set of policies that can be asked. */
export type Bundle = {
  /** Hash of its content. */
  readonly id: string;
  readonly rules: readonly RuleSource[];
  /** Which of its policies hold at an instant, in milliseconds since 1970: time alone brings them into force. */
  readonly at: (instant: number) => InForce;
};

/** A bundle that is rolled out in stages. It decides for the homes of the cohort, and the active one for all others. */
export type StagedBundle = {
  readonly bundle: Bundle;
  /** Told of what it decided when that is durable. Answers at once and never throws. */
  readonly watch: (decided: StagedDecision) => void;
};

/** What a bundle that is rolled out decided about one class. */
export type StagedDecision = {
  readonly decision: Pick<DecisionRecord, 'asking' | 'input' | 'at' | 'outcome' | 'obligations' | 'errors'>;
  /** How many resources it covered. */
  readonly cells: number;
  /** How long the bundle took, in milliseconds. */
  readonly ms: number;
};

/** The bundles that are loaded. The active one is what every decision uses; changing it is one assignment. */
export interface Bundles {
  /** Throws `policy:bundle.missing` when none is active: no bundle, no access. */
  active(): Bundle;
  /** The one that is rolled out; null when none is. */
  staged(): StagedBundle | null;
  find(id: string): Promise<Bundle | null>;
}
