import { expect, it } from 'vitest';
import { CodedError } from '../../twin/CodedError.ts';
import type { Change, ChangeRecord } from '../../twin/changes.ts';
import { forkGraph } from '../../twin/graph/forkGraph.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Reading } from '../../twin/TwinStore.ts';
import type { Bundle } from '../Bundles.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { Condition, LoadedRule, Wakes } from '../rules/Rule.ts';
import { rehearseRule } from './rehearseRule.ts';

const FROM = Date.parse('2026-03-06T00:00:00.000Z');
const HOUR = 3_600_000;
/** Policies that let everything be done: what they decide is not what is tried here. */
const reason = {
  code: 'permit',
  policy: 'p',
  rule: 'r',
  file: 'p.rego',
  line: 1,
  clauses: [],
  message: 'all',
} as const;
const permits = [{ outcome: 'raw', obligations: [], reason }] as const;
const evaluator: PolicyEvaluator = { readSet: [], evaluate: () => ({ permits, caps: [], denies: [], errors: [] }) };
const bundle: Pick<Bundle, 'at'> = { at: () => ({ evaluator, announced: [] }) };

const lease = (id: string) => ({ id, home: 'h', tenant: `${id}-tenant`, landlord: 'olga', starts: '', ends: '' });
const moved = (id: string, to: 'active' | 'ended'): Change => ({
  kind: 'lease_transitioned',
  home: 'h',
  lease: id,
  to,
});
const by = { home: 'h', by: 'x' } as const;
const mode = (to: 'night' | 'away', at: number): Change => {
  return { kind: 'mode_changed', ...by, mode: to, at: new Date(at).toISOString() };
};

/** A home let to one tenant until noon, and to another from then on. */
async function rehearse(rule: Partial<Pick<LoadedRule['rule'], 'on' | 'conditions'>>) {
  const before: readonly Change[] = [
    { kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'rented' } },
    {
      kind: 'device_registered',
      device: {
        id: 'd',
        home: 'h',
        room: null,
        address: '1',
        name: 'motion',
        vendor: 'v',
        model: 'RTCGQ11LM',
        trust: 'normal',
      },
    },
    { kind: 'lease_signed', lease: lease('l1') },
    { kind: 'lease_signed', lease: lease('l2') },
    moved('l1', 'active'),
  ];
  const during: readonly [number, Change][] = [
    [1, mode('night', FROM + HOUR)],
    [12, moved('l1', 'ended')],
    [12, moved('l2', 'active')],
    [15, mode('away', FROM + 15 * HOUR)],
  ];
  const said: readonly [number, string, boolean][] = [
    [2, 'l1', true],
    [3, 'l1', false],
    [14, 'l2', true],
    [16, 'l2', false],
  ];
  const past = new TwinGraph();
  for (const change of before) past.apply(change);
  const graph = forkGraph(
    past,
    during.map(([, change]) => change),
  );
  const records = during.map(([hour, change], index): ChangeRecord => {
    return { seq: before.length + index + 1, at: new Date(FROM + hour * HOUR).toISOString(), change };
  });
  const readings = said.map(([hour, tenancy, occupancy]): Reading => {
    const at = FROM + hour * HOUR;
    return {
      home: 'h',
      device: 'd',
      at,
      receivedAt: at,
      tenancy,
      group: 'closed',
      current: true,
      values: { occupancy },
    };
  });
  const loaded: LoadedRule = {
    file: '',
    rule: {
      id: 'h/r',
      title: 'r',
      severity: 'comfort',
      clauses: [],
      on: { properties: ['occupancy'] },
      conditions: { all: [{ fact: 'home_mode', operator: 'notEqual', value: 'none' }] },
      event: { type: 'act', params: { effects: [{ kind: 'set_mode', mode: 'guests' }] } },
      ...rule,
    },
  };
  const store = {
    changes: async function* (after: number) {
      for (const record of records) if (record.seq > after) yield record;
    },
    readings: async function* (_home: string, from: number, until: number) {
      for (const reading of readings) if (reading.at >= from && reading.at < until) yield reading;
    },
  };
  const period = { home: 'h', from: FROM, until: FROM + 24 * HOUR };
  const ports = { store, bundle, now: graph.home('h'), past: async () => ({ graph: past }) };
  const { effects, readings: played } = await rehearseRule(loaded, period, ports);
  expect(effects.every(({ result }) => result === 'granted')).toBe(true);
  return { played, at: effects.map(({ at }) => (Date.parse(at) - FROM) / HOUR) };
}

const when = (on: Wakes, ...all: readonly Condition[]) => rehearse({ on, conditions: { all } });
const waits = { fact: 'event', operator: 'equal', value: 'condition_held' } as const;

it('plays the life of those who live there now, and not that of who lived there before', async () => {
  const moving = { fact: 'property', params: { name: 'occupancy' }, operator: 'equal', value: true } as const;
  expect(await when({ properties: ['occupancy'] }, moving)).toEqual({ played: 2, at: [14] });
  const happened = { fact: 'event', operator: 'equal', value: 'mode_changed' } as const;
  expect((await when({ modes: ['night', 'away'] }, happened)).at).toEqual([15]);
});

it('lets time pass, for what lasts and for the clock on the wall', async () => {
  const params = { property: 'occupancy', in: [false], unit: 'hours' };
  const quiet = { fact: 'held_for', params, operator: 'greaterThanInclusive', value: 3 } as const;
  expect((await when({ properties: ['occupancy'] }, quiet, waits)).at).toEqual([19]);
  const atHome = { fact: 'event', operator: 'equal', value: 'time_reached' } as const;
  expect((await when({ times: ['12:00'] }, atHome)).at).toEqual([4]);
});

it('does not begin where nothing was known', async () => {
  await expect(
    rehearseRule(
      { file: '', rule: { id: 'h/r' } as never },
      { home: 'h', from: FROM, until: FROM + 1 },
      {
        store: { changes: async function* () {}, readings: async function* () {} },
        bundle,
        now: { home: { id: 'h' }, leases: new Map() } as never,
        past: () => Promise.reject(new CodedError('twin:instant.too_early', 'the log begins later')),
      },
    ),
  ).rejects.toThrow('the log begins later');
});
