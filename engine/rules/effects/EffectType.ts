import type { Alarm, Change } from '../../../twin/changes.ts';
import type { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { AlarmKind } from '../../../twin/words.ts';
import type { AccessRequest } from '../../AccessRequest.ts';
import type { Clock } from '../../Clock.ts';
import type { Effect } from '../Effect.ts';
import type { PlatformClaimant } from '../platformClaimant.ts';
import type { RuleEffect, Severity } from '../Rule.ts';
import type { ConditionResult } from '../RuleEvaluator.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import type { TemporalState } from '../TemporalState.ts';

/** The run for which an effect is looked up in the home. */
export type Occasion = {
  readonly run: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly event: RuleEvent;
  readonly because: readonly ConditionResult[];
  /** The platform whose rule it is; left out for a rule of the home. */
  readonly actsFor?: PlatformClaimant;
  /** The alarm that it follows, where there is one. */
  readonly alarm?: Alarm;
  /** When an effect that was put off is done, in milliseconds since 1970; left out of what is done at once. */
  readonly dueAt?: number;
  /** The kind of alarm that it tells of, where the rule raises one before. */
  readonly tellsOf?: AlarmKind;
};

export type EffectSources = {
  readonly graph: TwinGraph;
  readonly temporal: TemporalState;
  readonly clock: Pick<Clock, 'now'>;
};

/** A kind of effect: what a rule writes, and the effects of today that come of it. */
export type EffectType<Kind extends RuleEffect['kind'], Wanted extends Effect> = {
  /**
   * The effects that it stands for in the home: none when there is nothing in it that fits, and nothing to do. `id` names
   * the effect within the run; several take it with a number behind.
   */
  readonly resolve: (
    wanted: Extract<RuleEffect, { kind: Kind }>,
    occasion: Occasion,
    id: string,
    sources: EffectSources,
  ) => readonly Wanted[];
  /** What the rule asks of the policies. What those get who are told something is asked for them. */
  readonly request: (effect: Wanted) => Pick<AccessRequest, 'action' | 'resource'>;
  /** What it changes in the twin, in the commit of the event. */
  readonly changes?: (effect: Wanted) => readonly Change[];
};
