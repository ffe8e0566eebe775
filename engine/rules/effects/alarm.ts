import type { RaiseAlarmEffect } from '../Effect.ts';
import { newAlarm } from '../newAlarm.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import type { EffectType } from './EffectType.ts';

/** An alarm in the home, about the device of the event; nothing when it has been told already. */
export const alarm: EffectType<'alarm', RaiseAlarmEffect> = {
  resolve: ({ alarm: kind }, { run, rule, severity, event, because, dueAt }, id, sources) => {
    const raised = newAlarm(dueAt === undefined ? event : happeningAt(event, dueAt), { kind, rule, because }, sources);
    return raised ? [{ kind: 'raise_alarm', id, run, rule, severity, home: raised.home, alarm: raised }] : [];
  },
  // The alarm is not there yet: who may raise it is asked of its home.
  request: ({ home }) => ({ action: 'manage', resource: { type: 'home', home, id: home } }),
  changes: ({ alarm: raised }) => [{ kind: 'alarm_raised', alarm: raised }],
};

/** An alarm that was put off is of the instant at which it is raised. */
function happeningAt(event: RuleEvent, at: number): RuleEvent {
  return event.kind === 'state_reported' ? { ...event, reading: { ...event.reading, at } } : { ...event, at };
}
