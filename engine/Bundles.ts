import type { PolicyEvaluator } from './rego/PolicyEvaluator.ts';

/** A set of policies that can be asked. */
export type Bundle = {
  /** Hash of its content. */
  readonly id: string;
  readonly evaluator: PolicyEvaluator;
};

/** The bundles that are loaded. The active one is what every decision uses; changing it is one assignment. */
export interface Bundles {
  /** Throws `policy:bundle.missing` when none is active: no bundle, no access. */
  active(): Bundle;
  find(id: string): Promise<Bundle | null>;
}
