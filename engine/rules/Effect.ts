import type { Alarm } from '../../twin/changes.ts';
import type { Outcome } from '../../twin/words.ts';
import type { Severity } from './Rule.ts';
import type { ConditionResult } from './RuleEvaluator.ts';

/** What a rule wants done. Each is an action by the rule as a subject, and is decided like a request. */
export type Effect =
  | { readonly kind: 'raise_alarm'; readonly rule: string; readonly severity: Severity; readonly alarm: Alarm }
  | {
      readonly kind: 'command';
      readonly rule: string;
      readonly severity: Severity;
      /** The alarm that it follows. */
      readonly alarm: Alarm;
      readonly home: string;
      readonly device: string;
      readonly property: string;
      readonly value: unknown;
      /** Whether it makes a siren tell the people, or opens an exit in a fire. */
      readonly saves: boolean;
    };
export type CommandEffect = Extract<Effect, { kind: 'command' }>;

/** What became of an effect: `refused` by a decision, or `failed` because nobody could decide. */
export type EffectRecord = {
  readonly effect: Effect;
  readonly result: 'granted' | 'refused' | 'failed';
  /** The id of the decision; `life_safety` when none may be asked for; null when there is none. */
  readonly decision: string | null;
  readonly error: string | null;
  /** The conditions that held and did not, with the values of their facts. */
  readonly because: readonly ConditionResult[];
};

/** Decides an effect; any outcome but `denied` grants it. */
export type DecideEffect = (effect: Effect) => Promise<{ readonly outcome: Outcome; readonly decisionId: string }>;
