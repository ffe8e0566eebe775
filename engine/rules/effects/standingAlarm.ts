import type { Alarm } from '../../../twin/changes.ts';
import type { HomeNode } from '../../../twin/graph/TwinGraph.ts';
import type { AlarmKind } from '../../../twin/words.ts';

/** The latest alarm of a kind in a home that is not reset; null when there is none. */
export function standingAlarm({ alarms }: HomeNode, kind: AlarmKind): Alarm | null {
  return [...alarms.values()].findLast(({ alarm, state }) => alarm.kind === kind && state !== 'reset')?.alarm ?? null;
}
