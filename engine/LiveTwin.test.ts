import { expect, it } from 'vitest';
import type { ReactionRow } from '../trust/reactions/ReactionLog.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { systemClock } from './Clock.ts';
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
