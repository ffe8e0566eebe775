import { expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AlarmKind } from '../../twin/words.ts';
import { newAlarm } from './newAlarm.ts';
import { TemporalState } from './TemporalState.ts';

const NOON = Date.parse('2026-03-06T12:00:00.000Z');

/** Whether an alarm of this kind is raised by what was said before an alarm that is reset now. */
function raisedBy(kind: AlarmKind, at: number): boolean {
  const graph = new TwinGraph();
  const raisedAt = new Date(NOON).toISOString();
  const world: Change[] = [
    { kind: 'home_added', home: { id: 'h1', area: 'a', name: '1', occupancy: 'vacant' } },
    { kind: 'alarm_raised', alarm: { id: 'first', home: 'h1', kind, device: 'd1', rule: kind, raisedAt } },
    { kind: 'alarm_transitioned', home: 'h1', alarm: 'first', to: 'reset', by: null },
  ];
  for (const change of world) graph.apply(change);
  const reading = {
    home: 'h1',
    device: 'd1',
    at,
    receivedAt: at,
    values: {},
    tenancy: null,
    group: 'closed',
    current: true,
  } as const;
  const event = { kind: 'state_reported', reading } as const;
  return newAlarm(event, { kind, rule: kind }, { graph, temporal: new TemporalState([]) }) !== null;
}

it('raises danger to life again although a clock that was set back makes it look old', () => {
  expect(raisedBy('gas_leak', NOON - 240_000)).toBe(true);
});

it('takes what is older than an alarm that was dealt with for told already, where no life is at stake', () => {
  expect(raisedBy('wrong_lock_codes', NOON - 240_000)).toBe(false);
  expect(raisedBy('wrong_lock_codes', NOON + 1)).toBe(true);
});
