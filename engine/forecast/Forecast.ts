import type { Changes } from '../rego/composeDraft.ts';
import type { OutcomePoint } from '../simulate/written/timeLine.ts';
import type { Rates } from './Rates.ts';

/**
 * What may become of a population, day by day, and how both sides would decide along the way. It is one of many futures:
 * the same seed, population, policies, rules and rates give the same bytes.
 */
export type Forecast = {
  readonly scenario: string;
  readonly population: { readonly id: string; readonly homes: number };
  /** Instants, ISO 8601 in UTC. */
  readonly from: string;
  readonly until: string;
  readonly seed: number;
  /** How often things were made to happen, and by whose word. */
  readonly rates: Rates;
  readonly draft: Changes;
  /** Cells by outcome at the beginning and after each day, at the time of day of the scenario. */
  readonly days: readonly OutcomePoint[];
  /** Every instant at which somebody gained or lost access in some home, oldest first. */
  readonly accessChanges: readonly AccessChange[];
  /** All that happened, by its cause. */
  readonly causes: readonly CauseSum[];
  /** What rules wanted done, and what came of it. */
  readonly effects: Readonly<Record<'granted' | 'refused' | 'failed', number>>;
  /** SHA-256 over all of it, hex. */
  readonly digest: string;
};

/**
 * What of a lifecycle happened. `calendar` is no lifecycle: a time window of the policies or a date of one of them came,
 * and what is asked at that time of day is decided otherwise from then on.
 */
export type Cause = { readonly lifecycle: string; readonly event: string };

/** Cells that were denied and are not any more, that are denied now, and that have another outcome than before. */
export type MovedCells = { readonly gained: number; readonly lost: number; readonly other: number };

export type AccessChange = {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly cause: Cause;
  /** The home; null where many change at once. */
  readonly home: string | null;
  /** Under the policies before, and under those that are proposed. */
  readonly before: MovedCells;
  readonly after: MovedCells;
};

export type CauseSum = Cause & {
  /** How often it happened, whether or not it changed anybody's access. */
  readonly times: number;
  readonly before: MovedCells;
  readonly after: MovedCells;
};
