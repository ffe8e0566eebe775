import type { RaiseAlarmEffect } from '../Effect.ts';
import { newAlarm } from '../newAlarm.ts';
import type { EffectType } from './EffectType.ts';

/** An alarm in the home, about the device of the event; nothing when it has been told already. */
export const alarm: EffectType<'alarm', RaiseAlarmEffect> = {
  resolve: ({ alarm: kind }, { run, rule, severity, event, because }, id, sources) => {
    const raised = newAlarm(event, { kind, rule, because }, sources);
    return raised ? [{ kind: 'raise_alarm', id, run, rule, severity, home: raised.home, alarm: raised }] : [];
  },
  // The alarm is not there yet: who may raise it is asked of its home.
  request: ({ home }) => ({ action: 'manage', resource: { type: 'home', home, id: home } }),
  changes: ({ alarm: raised }) => [{ kind: 'alarm_raised', alarm: raised }],
};
