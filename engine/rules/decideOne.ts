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
    const { outcome, decisionId } = await inTime(() => ports.decideEffect(effect), ports.clock);
    const result = outcome === 'denied' ? 'refused' : 'granted';
    return { effect, result, decision: decisionId, error: null, because };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { effect, result: 'failed', decision: null, error: message, because };
  }
}

/** The alarm itself, the sirens that tell the people and the exits; what else a rule does about it may be refused. */
function isNeverRefused(effect: Effect): boolean {
  if (effect.severity !== 'life_safety') return false;
  return effect.kind === 'raise_alarm' || effect.saves;
}

function inTime<Answer>(ask: () => Promise<Answer>, clock: Clock): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(PATIENCE_MS, () => reject(new Error(`no decision within ${PATIENCE_MS} ms`)));
    // Asked within a promise, so that one who throws at once is caught like one who rejects.
    Promise.resolve().then(ask).then(resolve, reject).finally(cancel);
  });
}
