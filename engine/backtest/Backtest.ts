import type { Action, Outcome, Purpose, Tier } from '../../twin/words.ts';
import type { EffectRecord } from '../rules/Effect.ts';

/** What would have gone otherwise in a recorded period under other policies and rules. */
export type Backtest = {
  /** Instants, ISO 8601 in UTC; `until` is left out of the period. */
  readonly from: string;
  readonly until: string;
  /** How much of the logs was played. */
  readonly played: { readonly changes: number; readonly readings: number; readonly decisions: number };
  /** Records whose bodies were erased since: what they said is not played. */
  readonly erased: number;
  /** Moves of alarms that were never raised under the other rules, and the like: there was nothing to move. */
  readonly withoutObject: number;
  /**
   * How far playing what was active gives what is recorded: alarms of the log that came about again, that did not, and
   * that are not in the log. Differences are found between two plays, so that what differs here differs in neither.
   */
  readonly reproduced: { readonly alarms: number; readonly missing: number; readonly extra: number };
  /** Effects by what became of them. */
  readonly effects: { readonly before: EffectCounts; readonly after: EffectCounts };
  /** Oldest first. */
  readonly differences: readonly Difference[];
  /** SHA-256 over all of it, hex. */
  readonly digest: string;
};

export type EffectCounts = Readonly<Record<EffectRecord['result'], number>>;

/** Something that would have gone otherwise. Rules and policies are named `<policy>/<rule>`, rules by their ids alone. */
export type Difference = EffectDifference | DecisionDifference;

type Common = {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Null for what belongs to an area. */
  readonly home: string | null;
  /** Who decided so, before and after; empty where nothing came about. */
  readonly rules: { readonly before: readonly string[]; readonly after: readonly string[] };
};

/** An effect that comes about on one side alone, or fares otherwise; `none` is where it does not. */
export type EffectDifference = Common & {
  readonly kind: 'alarm' | 'command' | 'notice' | 'share' | 'set_mode' | 'run_scene';
  /** The kind of the alarm, and of a command also what it moves; who is told, or the tier and what it is given. */
  readonly what: string;
  readonly device: string | null;
  readonly before: EffectRecord['result'] | 'none';
  readonly after: EffectRecord['result'] | 'none';
};

/** An answer that was given, as it would have been given. */
export type DecisionDifference = Common & {
  readonly kind: 'decision';
  /** The id under which it is recorded. */
  readonly decision: string;
  readonly tier: Tier | 'anonymous';
  readonly account: string | null;
  readonly action: Action;
  readonly purpose: Purpose;
  /** How many resources it covered. */
  readonly resources: number;
  readonly before: Outcome;
  readonly after: Outcome;
  /** Whether what must be done with it differs. */
  readonly obligations: 'unchanged' | 'changed';
};
