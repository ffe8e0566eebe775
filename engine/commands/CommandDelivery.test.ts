import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alarm, Change } from '../../twin/changes.ts';
import { foldGraph } from '../../twin/graph/foldGraph.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { EphemeralSealer } from '../../twin/stores/EphemeralSealer.ts';
import { SqliteStore } from '../../twin/stores/sqlite/SqliteStore.ts';
import type { DeviceState } from '../../twin/words.ts';
import type { Clock } from '../Clock.ts';
import { LiveTwin } from '../LiveTwin.ts';
import { CommandDelivery } from './CommandDelivery.ts';
import type { CommandRequest } from './CommandRequest.ts';
import { acknowledged, refusedByDevice } from './commandsOf.ts';
import { loadPrecedence } from './loadPrecedence.ts';

const { precedence } = loadPrecedence(join(import.meta.dirname, '../..'));
const START = Date.parse('2026-03-06T00:00:00.000Z');
const MODELS = { plug: 'TS011F_plug_1', lock: 'BE468', siren: 'HS2WD-E', valve: 'TS0601_water_valve' } as const;
type DeviceName = keyof typeof MODELS;

let store: SqliteStore;
beforeEach(() => {
  store = SqliteStore.open(':memory:', new EphemeralSealer());
});
afterEach(() => store.close());

/** One run of a program on the store, at an instant: what it sends, and ways to let things happen. */
async function start({ at = START, refuses = false }: { readonly at?: number; readonly refuses?: boolean } = {}) {
  let now = at;
  let full = false;
  let bus: () => Promise<void> = async () => undefined;
  let timers: { readonly at: number; readonly call: () => void }[] = [];
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
  const graph = await foldGraph(store);
  const commit = (batch: { readonly twin?: object }) =>
    full ? Promise.reject(new Error('disk full')) : store.commit(batch.twin ?? {});
  const twin = new LiveTwin<null>({ graph, ledger: { commit }, clock });
  if (graph.revision === 0) await twin.commit({ changes: world() });
  const sent: [string, unknown][] = [];
  const problems: string[] = [];
  const delivery = new CommandDelivery<null>({
    graph,
    clock,
    precedence: () => precedence,
    onChange: (listener) => twin.onChange(listener),
    commit: (changes, audit) => twin.commit({ changes, audit }),
    send: async (_home, device, values) => {
      if (refuses) throw new Error('no connection');
      sent.push([device, values]);
      await bus();
    },
    onProblem: ({ what }) => problems.push(what),
  });
  delivery.start();
  await delivery.settled();
  return {
    graph,
    twin,
    delivery,
    sent,
    problems,
    fill: () => {
      full = true;
    },
    onSent: (then: () => Promise<void>) => {
      bus = then;
    },
    async reach(device: DeviceName, to: DeviceState) {
      await twin.commit({ changes: [{ kind: 'device_transitioned', home: 'h', device, to }] });
      await delivery.settled();
    },
    async report(device: DeviceName, values: Readonly<Record<string, unknown>>) {
      const reported = new Set(Object.keys(values));
      for (const [property, value] of Object.entries(values)) {
        graph.setValue('h', device, property, { value, at: now, receivedAt: now });
      }
      await twin.commit({ changes: acknowledged(graph, { home: 'h', device, now, reported }) });
    },
    async raise() {
      const about = { home: 'h', kind: 'smoke', device: null, rule: 'smoke' } as const;
      const alarm = { id: 'a1', ...about, raisedAt: new Date(START).toISOString() };
      await twin.commit({ changes: [{ kind: 'alarm_raised', alarm }] });
      return alarm;
    },
    async reset({ id: alarm }: Pick<Alarm, 'id'>) {
      await twin.commit({ changes: [{ kind: 'alarm_transitioned', home: 'h', alarm, to: 'reset', by: 'ann' }] });
      await delivery.settled();
    },
    async pass(ms: number) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { call } of due) call();
      await delivery.settled();
    },
    stateOf: (id: string) => stateOf(graph, id),
  };
}

function world(): readonly Change[] {
  const device = { home: 'h', room: null, vendor: 'v', trust: 'normal' } as const;
  return [
    { kind: 'area_added', area: { id: 'a', level: 'city', name: 'A', parent: null } },
    { kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'owner_occupied' } },
    ...Object.entries(MODELS).flatMap(([id, model]): Change[] => [
      { kind: 'device_registered', device: { ...device, id, address: id, name: id, model } },
      { kind: 'device_transitioned', home: 'h', device: id, to: 'online' },
    ]),
  ];
}

function request(device: DeviceName, values: Readonly<Record<string, unknown>>, id = 'c'): CommandRequest {
  return { id, home: 'h', device, values, claimant: 'resident', by: { kind: 'account', account: 'ann' }, alarm: null };
}

function stateOf(graph: TwinGraph, id: string) {
  const node = graph.commands.get('h')?.get(id);
  return node && [node.state, node.reason];
}

const on = { state: 'ON' };

describe('a command', () => {
  it('is issued, sent, and acknowledged by the state that comes back', async () => {
    const run = await start();
    const [issued] = await run.delivery.issue([request('plug', on)], []);
    expect(issued).toMatchObject({ state: 'sent', reason: 'taken_by_bus' });
    expect(run.sent).toEqual([['plug', on]]);
    await run.report('plug', { state: 'OFF' });
    expect(run.stateOf('c')).toEqual(['sent', 'taken_by_bus']);
    await run.report('plug', on);
    expect(run.stateOf('c')).toEqual(['acknowledged', 'state_reported']);
    expect(stateOf(await foldGraph(store), 'c')).toEqual(['acknowledged', 'state_reported']);
  });

  it('is acknowledged by a device that answers before the bus does', async () => {
    const run = await start();
    run.onSent(() => run.report('plug', on));
    await run.delivery.issue([request('plug', on)], []);
    expect(run.stateOf('c')).toEqual(['acknowledged', 'state_reported']);
  });

  it('is not acknowledged by what was so before it was issued', async () => {
    const run = await start();
    await run.report('plug', on);
    await run.pass(1);
    await run.delivery.issue([request('plug', on)], []);
    await run.report('plug', { power: 3 });
    expect(run.stateOf('c')?.[0]).toBe('sent');
  });

  it('is acknowledged by a lock in its own words, and by all that it asked for', async () => {
    const run = await start();
    await run.delivery.issue(
      [request('lock', { state: 'LOCK' }), request('plug', { state: 'ON', power_outage_memory: 'on' }, 'two')],
      [],
    );
    await run.report('lock', { lock_state: 'locked' });
    await run.report('plug', on);
    expect([run.stateOf('c')?.[0], run.stateOf('two')?.[0]]).toEqual(['acknowledged', 'sent']);
    await run.report('plug', { power_outage_memory: 'on' });
    expect(run.stateOf('two')?.[0]).toBe('acknowledged');
  });

  it('fails when the bus refuses it, when its device says so, and when that leaves', async () => {
    const cut = await start({ refuses: true });
    await cut.delivery.issue([request('plug', on)], []);
    expect(cut.graph.commands.get('h')?.get('c')).toMatchObject({ state: 'failed', detail: 'no connection' });
    const run = await start();
    await run.delivery.issue([request('plug', on, 'c2'), request('valve', on, 'c3')], []);
    const about = { home: 'h', device: 'plug', property: 'state', detail: 'timeout', now: START };
    await run.twin.commit({ changes: refusedByDevice(run.graph, about) });
    expect(run.stateOf('c2')).toEqual(['failed', 'device_error']);
    await run.reach('valve', 'retired');
    expect(run.stateOf('c3')).toEqual(['failed', 'device_gone']);
  });

  it('expires when nothing acknowledges it within the term of its kind of device', async () => {
    const run = await start();
    await run.delivery.issue(
      [
        request('lock', { state: 'LOCK' }),
        request('plug', on, 'p'),
        request('siren', { warning: { mode: 'stop' } }, 's'),
      ],
      [],
    );
    await run.pass(60_000 - 1);
    expect(run.stateOf('c')?.[0]).toBe('sent');
    await run.pass(1);
    expect(run.stateOf('c')).toEqual(['expired', 'not_acknowledged']);
    // No siren of this model reports what it was warned of.
    expect(run.stateOf('s')).toEqual(['expired', 'never_reported']);
    expect(run.stateOf('p')?.[0]).toBe('sent');
    await run.pass(240_000);
    expect(run.stateOf('p')).toEqual(['expired', 'not_acknowledged']);
    await run.report('plug', on);
    expect(run.stateOf('p')?.[0]).toBe('expired');
  });

  it('waits for a lamp that is away, and fails at once for a lock', async () => {
    const run = await start();
    await run.reach('plug', 'offline');
    await run.reach('lock', 'offline');
    await run.delivery.issue([request('plug', on), request('lock', { state: 'LOCK' }, 'l')], []);
    expect([run.stateOf('c'), run.stateOf('l')]).toEqual([
      ['issued', null],
      ['failed', 'device_offline'],
    ]);
    expect(run.sent).toEqual([]);
    await run.reach('plug', 'online');
    expect(run.sent).toEqual([['plug', on]]);
    expect(run.stateOf('c')?.[0]).toBe('sent');
  });

  it('of life safety goes out to what is said to be away, and again when it comes back', async () => {
    const run = await start();
    await run.reach('siren', 'offline');
    await run.delivery.issue([{ ...request('siren', { alarm: true }), claimant: 'life_safety' }], []);
    await run.reach('siren', 'online');
    expect(run.sent).toEqual([
      ['siren', { alarm: true }],
      ['siren', { alarm: true }],
    ]);
  });

  it('is the same command when it is asked for again', async () => {
    const run = await start();
    await run.delivery.issue([request('plug', on), request('plug', on)], []);
    await run.delivery.issue([request('plug', on)], []);
    expect(run.sent).toHaveLength(1);
  });
});

describe('a command that lost', () => {
  it('is sent when the alarm is reset that it lost to, if it is still wanted', async () => {
    const run = await start();
    const alarm = await run.raise();
    const asks = (id: string, claimant: 'life_safety' | 'security' | 'resident', state: string, answers?: Alarm) => ({
      ...request('lock', { state }, id),
      claimant,
      alarm: answers ?? null,
    });
    await run.delivery.issue([asks('fire', 'life_safety', 'UNLOCK', alarm)], []);
    await run.delivery.issue([asks('guard', 'security', 'LOCK')], []);
    await run.delivery.issue([asks('plain', 'resident', 'LOCK')], []);
    expect([run.stateOf('guard'), run.stateOf('plain')]).toEqual([
      ['lost', 'outranked'],
      ['lost', 'outranked'],
    ]);
    expect(run.sent).toEqual([['lock', { state: 'UNLOCK' }]]);
    await run.reset(alarm);
    expect(run.sent.slice(1)).toEqual([['lock', { state: 'LOCK' }]]);
    expect([run.stateOf('guard'), run.stateOf('plain')]).toEqual([
      ['sent', 'taken_by_bus'],
      ['lost', 'outranked'],
    ]);
    expect(stateOf(await foldGraph(store), 'guard')).toEqual(['sent', 'taken_by_bus']);
  });

  it('gives way though it was never acknowledged, when its alarm is reset and something else is told', async () => {
    const run = await start();
    const alarm = await run.raise();
    const tell = (id: string, on: boolean) =>
      run.delivery.issue([{ ...request('siren', { alarm: on }, id), claimant: 'life_safety', alarm }], []);
    await tell('sound', true);
    await run.reset(alarm);
    await tell('silence', false);
    expect([run.stateOf('sound'), run.stateOf('silence')?.[0]]).toEqual([['superseded', 'replaced'], 'sent']);
    await run.reach('siren', 'offline');
    await run.reach('siren', 'online');
    expect(run.sent.slice(2)).toEqual([['siren', { alarm: false }]]);
  });

  it('is sent with a term of its own when time frees its device', async () => {
    const run = await start();
    await run.delivery.issue([request('plug', { state: 'ON' }, 'mine')], []);
    await run.pass(45 * 60_000);
    await run.delivery.issue([{ ...request('plug', { state: 'OFF' }, 'grid'), claimant: 'grid' }], []);
    expect(run.stateOf('grid')?.[0]).toBe('lost');
    await run.pass(15 * 60_000);
    expect(run.stateOf('grid')).toEqual(['sent', 'taken_by_bus']);
    await run.pass(4 * 60_000);
    expect(run.stateOf('grid')?.[0]).toBe('sent');
    await run.pass(60_000);
    expect(run.stateOf('grid')).toEqual(['expired', 'not_acknowledged']);
  });

  it('turns a lamp the other way that is told to toggle, where it is known how it stands', async () => {
    const run = await start();
    await run.report('plug', { state: 'ON' });
    await run.delivery.issue([request('plug', { state: 'TOGGLE' })], []);
    expect(run.sent).toEqual([['plug', { state: 'OFF' }]]);
  });
});

describe('the outbox', () => {
  it('sends at the next start what was durable and not sent', async () => {
    const first = await start();
    first.onSent(() => new Promise(() => undefined));
    void first.delivery.issue([request('plug', on)], []);
    while (first.sent.length === 0) await new Promise(setImmediate);
    const second = await start({ at: START + 1_000 });
    expect(second.sent).toEqual([['plug', on]]);
    expect(second.stateOf('c')?.[0]).toBe('sent');
    const third = await start({ at: START + 2_000 });
    expect(third.sent).toEqual([]);
  });

  it('sends nothing that has expired meanwhile', async () => {
    const first = await start();
    await first.reach('plug', 'offline');
    await first.delivery.issue([request('plug', on)], []);
    const later = await start({ at: START + 3_600_000 });
    await later.reach('plug', 'online');
    expect(later.sent).toEqual([]);
    expect(later.stateOf('c')).toEqual(['expired', 'not_acknowledged']);
  });

  it('sends nothing that could not be kept, unless life is at stake', async () => {
    const run = await start();
    run.fill();
    await expect(run.delivery.issue([request('siren', { alarm: true }, 'r')], [])).rejects.toThrow();
    await run.delivery.settled();
    expect(run.sent).toEqual([]);
    const change: Change = {
      kind: 'command_issued',
      command: { ...run.graph.commands.get('h')!.get('r')!.command, id: 's', claimant: 'life_safety' },
    };
    await expect(run.twin.keep({ changes: [change] })).rejects.toThrow();
    await run.delivery.settled();
    expect(run.sent).toEqual([['siren', { alarm: true }]]);
  });
});
