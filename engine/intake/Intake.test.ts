import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileKeyStore } from '../../trust/keys/fileKeyStore/FileKeyStore.ts';
import { Sm4Sealer } from '../../trust/Sm4Sealer.ts';
import type { Change } from '../../twin/changes.ts';
import { foldGraph } from '../../twin/graph/foldGraph.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { moveAlarm } from '../../twin/lifecycles/moveAlarm.ts';
import { SqliteStore } from '../../twin/stores/sqlite/SqliteStore.ts';
import type { TwinBatch } from '../../twin/TwinStore.ts';
import { type RecordedMessage, readRecording } from '../../twin/testdata/readRecording.ts';
import type { Clock } from '../Clock.ts';
import { CommandDelivery } from '../commands/CommandDelivery.ts';
import { BUILT_IN_PRECEDENCE } from '../commands/Precedence.ts';
import { LiveTwin } from '../LiveTwin.ts';
import { loadRules } from '../rules/loadRules.ts';
import { ruleBook } from '../rules/RuleBook.ts';
import { TemporalState } from '../rules/TemporalState.ts';
import { Intake } from './Intake.ts';

const ROOT = join(import.meta.dirname, '../..');
const world: Change[] = [
  { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } },
  { kind: 'home_added', home: { id: 'demo', area: 'city', name: 'demo', occupancy: 'owner_occupied' } },
];

let folder: string;
let store: SqliteStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'intake-'));
  store = SqliteStore.open(join(folder, 'twin.db'), new Sm4Sealer(FileKeyStore.open(folder, {})));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A home that takes messages in, its clock at the message's own time. */
async function home(
  commit: (batch: TwinBatch) => Promise<unknown> = (batch) => store.commit(batch),
  decided: () => Promise<void> = async () => undefined,
) {
  let now = 0;
  const clock: Clock = { now: () => now, after: () => () => undefined };
  const graph = new TwinGraph();
  const audited: string[] = [];
  const commanded: string[] = [];
  const ledger = { commit: ({ twin = {} }: { readonly twin?: TwinBatch }) => commit(twin) };
  const twin = new LiveTwin<string>({ graph, ledger, clock });
  await twin.commit({ changes: world });
  const delivery = new CommandDelivery<string>({
    graph,
    clock,
    precedence: () => BUILT_IN_PRECEDENCE,
    onChange: (listener) => twin.onChange(listener),
    commit: (changes) => twin.commit({ changes }),
    send: async (_home, device) => {
      commanded.push(device);
    },
    onProblem: () => undefined,
  });
  const { rules } = loadRules(ROOT);
  const intake = new Intake<string>({
    graph,
    twin,
    clock,
    book: ruleBook(rules),
    temporal: new TemporalState(rules),
    decideEffect: async () => {
      await decided();
      return { outcome: 'raw', decisionId: 'd' };
    },
    auditOf: ({ effect }) => {
      audited.push(effect.rule);
      return effect.rule;
    },
    auditOfTime: () => [],
    onDeadLetter: () => undefined,
    onProblem: (problem) => {
      throw new Error(problem.what, { cause: problem.cause });
    },
  });
  return {
    graph,
    twin,
    audited,
    commanded,
    delivery,
    intake,
    async take(message: RecordedMessage) {
      now = message.at;
      await intake.take({ ...message, home: 'demo', duplicate: false, receivedAt: message.at });
    },
  };
}

const isSet = ({ topic }: RecordedMessage) => topic.endsWith('/set');

describe('Intake', () => {
  it('takes two days of a home in and remembers them after a restart', async () => {
    const live = await home();
    for (const message of readRecording().filter((each) => !isSet(each))) await live.take(message);

    const devices = [...live.graph.home('demo').devices.values()];
    const names = new Map(devices.map(({ name, state }) => [name, state]));
    expect(names.get('office/desk_plug')).toBe('online');
    expect(names.get('bedroom/climate')).toBe('offline');
    expect(names.has('office/plug_1')).toBe(false);
    expect(devices.filter(({ state }) => state === 'retired').map(({ device }) => device.address)).toEqual([
      '0xa4c138f0d1b2c3d4',
    ]);
    expect(live.graph.home('demo').rooms.size).toBeGreaterThan(8);

    const again = await foldGraph(store);
    expect(again.revision).toBe(live.graph.revision);
    expect(presentOf(again)).toEqual(presentOf(live.graph));
    expect([...again.home('demo').alarms.keys()]).toEqual([...live.graph.home('demo').alarms.keys()]);
  });

  it('changes nothing when the same messages come a second time', async () => {
    const live = await home();
    const morning = readRecording()
      .filter((each) => !isSet(each))
      .slice(0, 800);
    for (const message of morning) await live.take(message);
    const before = { present: presentOf(live.graph), alarms: live.graph.home('demo').alarms.size };
    const states = morning.filter(({ topic }) => !topic.includes('/bridge/') && !topic.endsWith('/availability'));
    for (const message of states) await live.take(message);
    expect({ present: presentOf(live.graph), alarms: live.graph.home('demo').alarms.size }).toEqual(before);
  });

  it('keeps the alarm in the same batch as the reading that caused it', async () => {
    const batches: TwinBatch[] = [];
    const live = await home(async (batch) => {
      batches.push(batch);
      return store.commit(batch);
    });
    for (const message of readRecording().filter((each) => !isSet(each))) await live.take(message);
    const withAlarm = batches.filter(({ changes = [] }) =>
      changes.some(({ change }) => change.kind === 'alarm_raised'),
    );
    const kinds = withAlarm.flatMap(({ changes = [] }) =>
      changes.flatMap(({ change }) => (change.kind === 'alarm_raised' ? [change.alarm.kind] : [])),
    );
    expect(kinds.filter((kind) => kind === 'gas_leak' || kind === 'water_leak').sort()).toEqual([
      'gas_leak',
      'water_leak',
    ]);
    for (const { changes = [], readings = [] } of withAlarm) {
      for (const { change } of changes) {
        if (change.kind !== 'alarm_raised' || change.alarm.kind === 'device_silent') continue;
        expect(readings.map(({ device }) => device)).toContain(change.alarm.device);
      }
    }
    expect(live.audited).toContain('gas_leak');
  });

  it('remembers the last of several values said within one millisecond', async () => {
    const live = await home();
    const recording = readRecording();
    for (const message of recording.slice(0, 6)) await live.take(message);
    const said = (value: number): RecordedMessage => ({
      at: recording[6]!.at,
      topic: 'zigbee2mqtt/kitchen/climate',
      payload: Buffer.from(JSON.stringify({ temperature: value, last_seen: '2026-03-05T23:00:00.000Z' })),
      retain: false,
    });
    for (const value of [20, 21, 22]) await live.take(said(value));
    expect(presentOf(await foldGraph(store))).toEqual(presentOf(live.graph));
    const climate = presentOf(live.graph).find(({ name }) => name === 'kitchen/climate');
    expect(climate?.values['temperature']?.value).toBe(22);
  });

  it('answers a repeat only when the first is durable', async () => {
    const order: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held = false;
    const live = await home(async (batch) => {
      if (!held && (batch.readings?.length ?? 0) > 0) {
        held = true;
        await gate;
      } else if (held) await gate;
      return store.commit(batch);
    });
    const recording = readRecording();
    const from = recording.findIndex(({ topic }) => topic === 'zigbee2mqtt/hall/motion');
    for (const message of recording.slice(0, from))
      if (!message.topic.includes('hall/front_door')) await live.take(message);
    held = false;
    const first = live.take(recording[from]!).then(() => order.push('first'));
    const repeat = live.take(recording[from]!).then(() => order.push('repeat'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(order).toEqual([]);
    release();
    await Promise.all([first, repeat]);
    expect(order).toEqual(['first', 'repeat']);
  });

  it('keeps nothing of the present of a tenancy that ends while a rule is being decided', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const live = await home(undefined, () => {
      ask();
      return answered;
    });
    const recording = readRecording();
    for (const message of recording.slice(0, 6)) await live.take(message);
    const lease = { id: 'l1', home: 'demo', tenant: 't', landlord: 'o', starts: '2026-01-01', ends: '2027-01-01' };
    const moved = (to: 'active' | 'ended'): Change => ({ kind: 'lease_transitioned', home: 'demo', lease: 'l1', to });
    await live.twin.commit({ changes: [{ kind: 'lease_signed', lease }, moved('active')] });
    const wrongCode = (second: number): RecordedMessage => ({
      at: recording[6]!.at + second * 1000,
      topic: 'zigbee2mqtt/hall/front_door_lock',
      payload: Buffer.from(
        JSON.stringify({
          action: 'unlock_failure_invalid_pin_or_id',
          last_seen: new Date(recording[6]!.at + second * 1000).toISOString(),
        }),
      ),
      retain: false,
    });
    const taken = [1, 2, 3, 4, 5].map((second) => live.take(wrongCode(second)));
    await asked;
    await live.twin.commit({ changes: [moved('ended')] });
    answer();
    await Promise.all(taken);
    const lock = presentOf(await foldGraph(store)).find(({ name }) => name === 'hall/front_door_lock');
    expect(lock?.values).toEqual({});
  });

  it('answers nothing more when what happened cannot be kept', async () => {
    let full = false;
    const live = await home(async (batch) => {
      if (full) throw new Error('disk full');
      return store.commit(batch);
    });
    const [first, second, ...rest] = readRecording();
    await live.take(first!);
    full = true;
    await expect(live.take(second!)).rejects.toThrow(expect.objectContaining({ code: 'store:commit.failed' }));
    full = false;
    await expect(live.take(rest[0]!)).rejects.toThrow(expect.objectContaining({ code: 'store:commit.failed' }));
    expect(live.twin.failure?.code).toBe('store:commit.failed');
  });

  it('takes in what a source says of parts of a millisecond, and goes on', async () => {
    const live = await home();
    const recording = readRecording();
    for (const message of recording.slice(0, 6)) await live.take(message);
    const { at } = recording[6]!;
    const payload = Buffer.from(JSON.stringify({ temperature: 20, last_seen: at - 0.5 }));
    await live.take({ at, topic: 'zigbee2mqtt/kitchen/climate', payload, retain: false });
    expect(live.twin.failure).toBeNull();
    expect(presentOf(await foldGraph(store))).toEqual(presentOf(live.graph));
  });

  it('tells of gas and sounds the siren although nothing can be kept any more', async () => {
    let full = false;
    const live = await home(async (batch) => {
      if (full) throw new Error('disk full');
      return store.commit(batch);
    });
    const recording = readRecording();
    for (const message of recording.slice(0, 6)) await live.take(message);
    const siren = [...live.graph.home('demo').devices.values()].find(({ device }) => device.model === 'HS2WD-E');
    const told: string[] = [];
    live.twin.onChange((change) => {
      if (change.kind === 'alarm_raised') told.push(change.alarm.kind);
    });
    full = true;
    const payload = Buffer.from('{"gas":true}');
    const gas = { at: recording[6]!.at, topic: 'zigbee2mqtt/kitchen/gas', payload, retain: false };
    await expect(live.take(gas)).rejects.toThrow(expect.objectContaining({ code: 'store:commit.failed' }));
    expect(told).toEqual(['gas_leak']);
    await live.delivery.settled();
    expect(live.commanded).toEqual(siren ? [siren.device.id] : []);
    const water = { ...gas, topic: 'zigbee2mqtt/bathroom/leak', payload: Buffer.from('{"water_leak":true}') };
    await expect(live.take(water)).rejects.toThrow(expect.objectContaining({ code: 'store:commit.failed' }));
    expect(told).toEqual(['gas_leak', 'water_leak']);
  });

  it('lets of two who move an alarm at once the first move it, and tells the other', async () => {
    const { graph, intake, twin } = await home();
    const alarm = { id: 'a', home: 'demo', kind: 'smoke', device: null, rule: 'r' } as const;
    await twin.commit({
      changes: [{ kind: 'alarm_raised', alarm: { ...alarm, raisedAt: '2026-03-06T00:00:00.000Z' } }],
    });
    const moved = (['handle', 'acknowledge'] as const).map((event) =>
      intake.change('demo', [moveAlarm(graph, { home: 'demo', alarm: 'a', event, by: event })], []),
    );
    const [first, second] = await Promise.allSettled(moved);
    expect(first!.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'twin:alarm.move_refused' } });
    expect(graph.alarm('demo', 'a').state).toBe('handled');
    expect(twin.failure).toBeNull();
  });

  it("keeps a stranger's command as a dead letter, and raises a finding when it is for a lock", async () => {
    const live = await home();
    for (const message of readRecording().slice(0, 40)) await live.take(message);
    const refuse = (topic: string, at: number) =>
      live.intake.refuse({ home: 'demo', code: 'command.foreign', topic, detail: 'not from Twinward', receivedAt: at });
    await refuse('homes/demo/zigbee2mqtt/hall/front_door_lock/set', 1);
    await refuse('zigbee2mqtt/bathroom/fan/set', 2);
    expect(live.graph.home('demo').findings.map(({ kind }) => kind)).toEqual(['foreign_command']);
    const letters = await store.deadLetters({ first: 10 });
    expect(letters.filter(({ code }) => code === 'command.foreign')).toHaveLength(2);
  });
});

function presentOf(graph: TwinGraph) {
  return [...graph.home('demo').devices].map(([id, { name, state, values }]) => ({
    id,
    name,
    state,
    values: Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
}
