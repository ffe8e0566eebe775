import type { Alarm } from '../../twin/changes.ts';
import type { DeviceValues } from '../../twin/householdChanges.ts';
import type { HomeMode, Outcome, Purpose, Tier } from '../../twin/words.ts';
import type { HomeResource } from '../AccessRequest.ts';
import type { PlatformClaimant } from './platformClaimant.ts';
import type { NoticeReceiver, Severity } from './Rule.ts';
import type { ConditionResult } from './RuleEvaluator.ts';

/** What every effect says of where it comes from. */
type Wanted = {
  /** The run that wants it, and which of its effects it is: the same for the same event however often it is told. */
  readonly id: string;
  readonly run: string;
  readonly rule: string;
  readonly severity: Severity;
  /** The home in which it happens. */
  readonly home: string;
  /** The platform whose rule it is; left out for a rule of the home. */
  readonly actsFor?: PlatformClaimant;
};

export type RaiseAlarmEffect = Wanted & { readonly kind: 'raise_alarm'; readonly alarm: Alarm };

export type CommandEffect = Wanted & {
  readonly kind: 'command';
  /** The alarm that it follows; null when the rule wants it without one. */
  readonly alarm: Alarm | null;
  readonly device: string;
  readonly property: string;
  readonly value: unknown;
  /** Whether it makes a siren tell the people, or opens an exit in a fire. */
  readonly saves: boolean;
};

export type NoticeEffect = Wanted & {
  readonly kind: 'notice';
  readonly to: NoticeReceiver;
  readonly text: string;
  /** What the text tells of: whoever may not have all of it is not told. */
  readonly about: readonly HomeResource[];
};

export type ShareEffect = Wanted & {
  readonly kind: 'share';
  readonly tier: Tier;
  readonly purpose: Purpose;
  readonly what: HomeResource;
};

/** `at` is in milliseconds since 1970. */
export type SetModeEffect = Wanted & { readonly kind: 'set_mode'; readonly mode: HomeMode; readonly at: number };

/** The commands of the scene are effects beside it. `at` is in milliseconds since 1970. */
export type RunSceneEffect = Wanted & {
  readonly kind: 'run_scene';
  readonly scene: string;
  /** What it sets, as far as that is known, before it does. */
  readonly before: readonly DeviceValues[];
  readonly at: number;
};

/** What a rule wants done. Each is an action by the rule as a subject, and is decided like a request. */
export type Effect = RaiseAlarmEffect | CommandEffect | NoticeEffect | ShareEffect | SetModeEffect | RunSceneEffect;

/** What somebody gets of an effect that tells: their own decision about it, and what that leaves. */
export type Delivery = {
  /** The person or organisation. */
  readonly to: string;
  readonly decision: string;
  readonly outcome: Outcome;
  /** What the answer must be told with; see `Decision`. */
  readonly obligations: readonly object[];
  /** What was shared; null for a notice, and where the decision leaves nothing of it. */
  readonly shown: unknown;
  /** When its source took it, in milliseconds since 1970; null where there is nothing. */
  readonly at: number | null;
};

/** What became of an effect: `refused` by a decision, or `failed` because nobody could decide. */
export type EffectRecord = {
  readonly effect: Effect;
  readonly result: 'granted' | 'refused' | 'failed';
  /** The id of the decision; `life_safety` when none may be asked for; null when there is none. */
  readonly decision: string | null;
  readonly error: string | null;
  /** The conditions that held and did not, with the values of their facts. */
  readonly because: readonly ConditionResult[];
  /** Who gets it, where it tells somebody. */
  readonly deliveries?: readonly Delivery[];
};

/** The answer about an effect; any outcome but `denied` grants it. */
export type EffectDecision = {
  readonly outcome: Outcome;
  readonly decisionId: string;
  readonly deliveries?: readonly Delivery[];
};

/** Decides an effect, and for one that tells somebody what each of them gets. */
export type DecideEffect = (effect: Effect) => Promise<EffectDecision>;
