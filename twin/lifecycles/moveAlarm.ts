import { CodedError } from '../CodedError.ts';
import type { Change } from '../changes.ts';
import type { TwinGraph } from '../graph/TwinGraph.ts';
import { type AlarmEvent, alarmLifecycle } from './alarm.ts';
import { step } from './step.ts';

/**
 * The change that moves an alarm at an instant (ISO 8601 in UTC), made by an account, or by a rule when `by` is null.
 * Throws `twin:alarm.move_refused` when its lifecycle does not allow it, and `twin:alarm.not_found`.
 */
export function moveAlarm(
  graph: TwinGraph,
  { home, alarm, event, by, at }: { home: string; alarm: string; event: AlarmEvent; by: string | null; at?: string },
): Change {
  const next = step(alarmLifecycle, graph.alarm(home, alarm).state, event);
  if (next.kind === 'moved') {
    return { kind: 'alarm_transitioned', home, alarm, to: next.to, by, ...(at !== undefined && { at }) };
  }
  throw new CodedError('twin:alarm.move_refused', `cannot ${event} an alarm that is ${next.from}`, {
    hint: next.allowed.length > 0 ? `what is ${next.from} allows: ${next.allowed.join(', ')}` : 'its life is over',
  });
}

/**
 * Throws `twin:alarm.move_refused` for a move that was made when the alarm still stood elsewhere: somebody else was quicker.
 */
export function refuseOvertaken(
  graph: TwinGraph,
  { home, alarm, to }: Extract<Change, { kind: 'alarm_transitioned' }>,
) {
  const { state } = graph.alarm(home, alarm);
  const leads = alarmLifecycle.events.some((event) => {
    const next = step(alarmLifecycle, state, event);
    return next.kind === 'moved' && next.to === to;
  });
  if (leads) return;
  throw new CodedError('twin:alarm.move_refused', `the alarm is ${state} meanwhile, and not to become ${to}`, {
    hint: 'somebody else was quicker: look at the alarm',
  });
}
