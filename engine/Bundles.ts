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

/** The bundles that are loaded. The active one is what every decision uses; changing it is one assignment. */
export interface Bundles {
  /** Throws `policy:bundle.missing` when none is active: no bundle, no access. */
  active(): Bundle;
  find(id: string): Promise<Bundle | null>;
}
