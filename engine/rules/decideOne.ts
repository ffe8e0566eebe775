import type { Clock } from '../Clock.ts';
import type { DecideEffect, Effect, EffectRecord } from './Effect.ts';
import type { ConditionResult } from './RuleEvaluator.ts';

export type EffectPorts = { readonly decideEffect: DecideEffect; readonly clock: Clock };

/** A decision that takes longer is none: an alarm waits for nobody. */
const PATIENCE_MS = 500;

/** Decides one effect and never rejects. Life safety is granted without asking; what cannot be decided is not done. */
export async function decideOne(
  effect: Effect,
  because: readonly ConditionResult[],
  ports: EffectPorts,
): Promise<EffectRecord> {
  if (isNeverRefused(effect)) return { effect, result: 'granted', decision: 'life_safety', error: null, because };
  try {
    const { outcome, decisionId, deliveries } = await inTime(
      () => ports.decideEffect(effect),
      ports.clock,
      PATIENCE_MS,
    );
    const result = outcome === 'denied' ? 'refused' : 'granted';
    // Refused by nobody, and yet not done.
    const error = result === 'refused' && deliveries?.length === 0 ? 'there is nobody to tell' : null;
    return { effect, result, decision: decisionId, error, because, ...(deliveries && { deliveries }) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { effect, result: 'failed', decision: null, error: message, because };
  }
}

/** The alarm itself, the sirens and words that tell the people, and the exits; what else a rule does about it may be refused. */
function isNeverRefused(effect: Effect): boolean {
  if (effect.severity !== 'life_safety') return false;
  switch (effect.kind) {
    case 'raise_alarm':
      return true;
    case 'command':
      return effect.saves;
    case 'notice':
      return effect.to === 'residents';
    default:
      return false;
  }
}

/** What is answered within so many milliseconds; rejects after them. */
export function inTime<Answer>(ask: () => Promise<Answer>, clock: Clock, ms: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new Error(`no answer within ${ms} ms`)));
    // Asked within a promise, so that one who throws at once is caught like one who rejects.
    Promise.resolve().then(ask).then(resolve, reject).finally(cancel);
  });
}
