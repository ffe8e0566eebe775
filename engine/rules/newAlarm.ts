import { createHash } from 'node:crypto';
import type { Alarm } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { type AlarmKind, LIFE_SAFETY_KINDS } from '../../twin/words.ts';
import { measuredBy } from './measuredBy.ts';
import type { ConditionResult } from './RuleEvaluator.ts';
import { aboutOf, type RuleEvent } from './RuleEvent.ts';
import type { TemporalState } from './TemporalState.ts';

/** What a rule raises, and the conditions that held and did not. */
type Cause = { readonly kind: AlarmKind; readonly rule: string; readonly because?: readonly ConditionResult[] };

/**
 * The alarm that an event raises; null when it has been told already: one of the same kind and device is not reset, or
 * was raised at this instant, or later when no life is at stake. Its id follows from home, kind, device and instant, so that a message which is
 * sent again after a crash raises the same alarm.
 */
export function newAlarm(
  event: RuleEvent,
  { kind, rule, because = [] }: Cause,
  { graph, temporal }: { readonly graph: TwinGraph; readonly temporal: TemporalState },
): Alarm | null {
  const { home, device, at } = aboutOf(event);
  const id = alarmId(home, kind, device, instantOf(event, temporal));
  const { alarms } = graph.home(home);
  if (alarms.has(id)) return null;
  // A clock that was set back makes new danger look old: rather an alarm too many.
  const isLifeSafety = LIFE_SAFETY_KINDS.includes(kind);
  for (const { alarm, state } of alarms.values()) {
    // An alarm of a drill stands in nobody's way.
    if (alarm.kind !== kind || alarm.device !== device || alarm.drill !== undefined) continue;
    if (state !== 'reset' || (!isLifeSafety && Date.parse(alarm.raisedAt) >= at)) return null;
  }
  const measured = measuredBy(event, because, graph);
  return { id, home, kind, device, rule, raisedAt: new Date(at).toISOString(), ...(measured && { measured }) };
}

/** One silence is one alarm, however it is noticed: its instant is that of the last sign of life. */
function instantOf(event: RuleEvent, temporal: TemporalState): number {
  const { at } = aboutOf(event);
  if (event.kind !== 'device_silent' && event.kind !== 'device_offline') return at;
  return temporal.heardAt(event.device) ?? at;
}

function alarmId(home: string, kind: AlarmKind, device: string | null, instant: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([home, kind, device, instant]))
    .digest('hex');
  return `alarm-${digest.slice(0, 24)}`;
}
