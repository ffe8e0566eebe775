import { beforeEach, expect, it } from 'vitest';
import type { Change } from '../twin/changes.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Clock } from './Clock.ts';
import { sweepWhenDue } from './sweepWhenDue.ts';

const iso = (at: number) => new Date(at).toISOString();
const basis = (id: string, ends: number): Change => ({
  kind: 'basis_given',
  basis: {
    id,
    type: 'consent',
    home: 'h',
    person: 'ana',
    givenBy: 'ana',
    grantee: 'org',
    purposes: ['care'],
    categories: ['device'],
    granularity: 'full',
    ends: iso(ends),
  },
});

let now: number;
let timers: { at: number; call: () => void }[];
let listeners: Set<(change: Change) => void>;
let swept: number[];
let graph: TwinGraph;
let end: () => void;

const clock: Clock = {
  now: () => now,
  after(ms, call) {
    const timer = { at: now + ms, call };
    timers.push(timer);
    return () => {
      timers = timers.filter((each) => each !== timer);
    };
  },
};

/** Lets time pass, from timer to timer. */
async function pass(until: number): Promise<void> {
  for (;;) {
    const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    now = next.at;
    timers = timers.filter((each) => each !== next);
    next.call();
    await new Promise(setImmediate);
  }
  now = until;
}

function apply(change: Change): void {
  graph.apply(change);
  for (const listener of listeners) listener(change);
}

beforeEach(() => {
  now = 0;
  timers = [];
  listeners = new Set();
  swept = [];
  graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'vacant' } });
  graph.apply(basis('known', 25_000));
  end = sweepWhenDue({
    graph,
    clock,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sweep: async () => {
      swept.push(now);
    },
    atLeastEvery: 60_000,
  });
});

it('sweeps at the instant of what is due, also of what is given later, and now and then besides', async () => {
  await pass(5_000);
  apply(basis('short', 10_000));
  apply(basis('long', 500_000));
  await pass(150_000);
  expect(swept).toEqual([10_000, 25_000, 85_000, 145_000]);
});

it('sweeps at the end of a basis for all homes of an area', async () => {
  apply({
    kind: 'area_basis_given',
    basis: {
      id: 'x',
      type: 'catalogue',
      area: 'a',
      givenBy: 'org',
      grantee: { kind: 'utility' },
      purposes: ['care'],
      categories: ['device'],
      granularity: 'full',
      ends: iso(10_000),
    },
  });
  await pass(20_000);
  expect(swept).toEqual([10_000]);
});

it('takes in what is given while it sweeps', async () => {
  await pass(24_999);
  const [due] = timers.splice(0);
  now = 25_000;
  due!.call();
  apply(basis('meanwhile', 26_000));
  await new Promise(setImmediate);
  await pass(30_000);
  expect(swept).toEqual([25_000, 26_000]);
});

it('sweeps at the end of an instrument, also when an approval gives it one', async () => {
  const coverage = { area: 'a', homes: null, purposes: [], categories: [], granularity: 'full', ends: null } as const;
  const instrument = {
    kind: 'sharing_request',
    id: 'r',
    dataSet: 'd',
    grantee: 'org',
    reason: 'x',
    ...coverage,
  } as const;
  apply({ kind: 'instrument_made', instrument, act: { move: 'request', by: 'a', at: iso(0) } });
  await pass(1_000);
  const approved = { kind: 'instrument_transitioned', instrument: 'r', to: 'approved', ends: iso(10_000) } as const;
  apply({ ...approved, act: { move: 'approve', by: 'b', at: iso(1_000) } });
  await pass(20_000);
  expect(swept).toEqual([10_000]);
});

it('ends', async () => {
  end();
  await pass(100_000);
  expect(swept).toEqual([]);
  expect(listeners.size).toBe(0);
});

it('sweeps at the very instant at which something of an incident is overdue', async () => {
  await pass(26_000);
  apply({
    kind: 'record_opened',
    home: 'h',
    by: 'ana',
    at: iso(now),
    record: {
      kind: 'incident',
      id: 'i',
      home: 'h',
      title: 'it failed',
      class: 'other',
      grade: 'general',
      because: '',
      cause: null,
      responsible: null,
      due: { response: iso(31_000), containment: iso(200_000) },
    },
  });
  await pass(32_000);
  expect(swept).toEqual([25_000, 31_000]);
});
