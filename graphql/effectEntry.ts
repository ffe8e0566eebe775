import type { EffectRecord } from '../engine/rules/Effect.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';

/** The entry of the audit about what a rule did, or was kept from doing. */
export function effectEntry({ effect, decision, result }: EffectRecord): AuditEntry {
  const { home, rule, run } = effect;
  const outcome = result === 'granted' ? 'raw' : 'denied';
  switch (effect.kind) {
    case 'raise_alarm':
      return { kind: 'alarm', subject: null, home, alarm: effect.alarm.id, to: 'raised', rule };
    case 'command': {
      const { device, property } = effect;
      return { kind: 'command', subject: null, home, device, property, outcome, decision };
    }
    case 'notice':
      return { kind: 'notice', subject: null, home, rule, run, to: effect.to, outcome, decision };
    case 'set_mode':
      return { kind: 'household', subject: null, home, type: 'home_mode', id: home, event: 'set' };
    case 'run_scene':
      return { kind: 'household', subject: null, home, type: 'scene', id: effect.scene, event: 'run' };
    case 'share': {
      const { tier, purpose } = effect;
      return { kind: 'share', subject: null, home, rule, run, tier, purpose, outcome, decision };
    }
  }
}
