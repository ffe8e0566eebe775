import type { EffectRecord } from '../rules/Effect.ts';
import type { EffectDifference } from './Backtest.ts';

/** What an effect did, in few words: the kind of alarm, the property, the receiver, the mode or the scene; and the device. */
export function toldEffect({ effect }: EffectRecord): Pick<EffectDifference, 'kind' | 'what' | 'device'> {
  switch (effect.kind) {
    case 'raise_alarm':
      return { kind: 'alarm', what: effect.alarm.kind, device: effect.alarm.device };
    case 'command': {
      const { alarm, property, device } = effect;
      return { kind: 'command', what: alarm ? `${alarm.kind} ${property}` : property, device };
    }
    case 'notice':
      return { kind: 'notice', what: effect.to, device: null };
    case 'set_mode':
      return { kind: 'set_mode', what: effect.mode, device: null };
    case 'run_scene':
      return { kind: 'run_scene', what: effect.scene, device: null };
    case 'share': {
      const { tier, what } = effect;
      const [shared, device] = what.type === 'property' ? [what.property, what.device] : [what.type, null];
      return { kind: 'share', what: `${tier} ${shared}`, device };
    }
  }
}
