import { expect, it } from 'vitest';
import type { ReactionRow } from '../trust/reactions/ReactionLog.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { type Clock, systemClock } from './Clock.ts';
import { LiveTwin } from './LiveTwin.ts';

function row(id: string, isUrgent = false): ReactionRow {
  return { id, kind: 'notice', home: 'h', tenancy: null, device: null, name: 'ana', at: 1, body: {}, isUrgent };
}

it('tells what warns of a danger to life although it cannot be kept, and all else only when it is kept', async () => {
  let isFull = false;
  const commit = async () => {
    if (isFull) throw new Error('the disk is full');
  };
  const twin = new LiveTwin<null>({ graph: new TwinGraph(), clock: systemClock, ledger: { commit } });
  const told: string[] = [];
  twin.onReaction(({ id }) => told.push(id));
  await twin.commit({ reactions: { rows: [row('kept')] } });
  isFull = true;
  await expect(twin.commit({ reactions: { rows: [row('lost'), row('urgent', true)] } })).rejects.toThrow();
  await expect(twin.keep({ reactions: { rows: [row('late', true)] } })).rejects.toThrow();
  expect(told).toEqual(['kept', 'urgent', 'late']);
});

it('tells the others though one who hears of it throws', async () => {
  const problems: unknown[] = [];
  const twin = new LiveTwin<null>({
    graph: new TwinGraph(),
    clock: systemClock,
    ledger: { commit: async () => undefined },
    onProblem: ({ cause }) => problems.push(cause),
  });
  const told: string[] = [];
  const broken = new Error('a listener is broken');
  twin.onChange(() => {
    throw broken;
  });
  twin.onChange(({ kind }) => told.push(kind));
  const home = { id: 'h', area: 'a', name: 'H', occupancy: 'rented' } as const;
  await twin.commit({ changes: [{ kind: 'home_added', home }] });
  expect(told).toEqual(['home_added']);
  expect(problems).toEqual([broken]);
});

it('tells of a danger, once, though the disk hangs, and of all else when it is durable', async () => {
  let wake = () => {};
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    after: (ms, callback) => {
      waits.push(ms);
      wake = callback;
      return () => undefined;
    },
  };
  const { promise: kept, resolve: keep } = Promise.withResolvers<void>();
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'H', occupancy: 'rented' } });
  const twin = new LiveTwin<null>({ graph, clock, ledger: { commit: () => kept } });
  const told: string[] = [];
  twin.onChange((change) => told.push(change.kind === 'alarm_raised' ? change.alarm.kind : change.kind));
  const alarm = { home: 'h', device: null, rule: 'r', raisedAt: '2026-03-07T10:00:00.000Z' } as const;
  const done = twin.commit({
    changes: [
      { kind: 'room_added', room: { id: 'r', home: 'h', name: 'hall' } },
      { kind: 'alarm_raised', alarm: { ...alarm, id: 'a1', kind: 'smoke' } },
      { kind: 'alarm_raised', alarm: { ...alarm, id: 'a2', kind: 'tamper' } },
    ],
  });
  expect(waits).toEqual([500]);
  wake();
  expect(told).toEqual(['smoke']);
  keep();
  await done;
  expect(told).toEqual(['smoke', 'room_added', 'tamper']);
  await twin.commit({ changes: [{ kind: 'room_added', room: { id: 'r2', home: 'h', name: 'attic' } }] });
  expect(waits).toHaveLength(1);
});
