import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { loadRules } from '../engine/rules/loadRules.ts';
import type { Rule } from '../engine/rules/Rule.ts';
import { dueChanges } from '../engine/timers.ts';
import type { Alarm } from '../twin/changes.ts';
import { graphOfSnapshot, snapshotOf } from '../twin/graph/snapshot.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf, streamsOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const [SMOKE, SIREN, MUTE] = ['demo:0xb1', 'demo:0xb2', 'demo:0xb3'];
const MINUTE = 60_000;

const CLOSED_BY_WISH: Rule = {
  id: 'wish',
  title: 'The valve is closed when a battery is low',
  severity: 'comfort',
  clauses: [],
  on: { properties: ['battery_low'] },
  conditions: { all: [{ fact: 'property', params: { name: 'battery_low' }, operator: 'equal', value: true }] },
  event: {
    type: 'act',
    params: { effects: [{ kind: 'command', devices: 'valve', property: 'state', value: 'OFF' }] },
  },
};

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  const common = { home: 'demo', room: 'demo:hall', trust: 'normal', vendor: 'any' } as const;
  world.apply([
    { kind: 'room_added', room: { id: 'demo:hall', home: 'demo', name: 'hall' } },
    { kind: 'device_registered', device: { ...common, id: SMOKE, address: '1', name: 'hall/smoke', model: 'HS1SA-E' } },
    { kind: 'device_registered', device: { ...common, id: SIREN, address: '2', name: 'hall/siren', model: 'TS0216' } },
    { kind: 'device_registered', device: { ...common, id: MUTE, address: '3', name: 'hall/horn', model: 'HS2WD-E' } },
  ]);
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

const raisedAt = new Date(NOW).toISOString();
const raise = (over: Partial<Alarm> = {}) =>
  world.apply([
    {
      kind: 'alarm_raised',
      alarm: { id: 'a1', home: 'demo', kind: 'smoke', device: SMOKE, rule: 'smoke', raisedAt, ...over },
    },
  ]);
const TOLD = `id kind state deviceName room signal drill measured { property value unit } sirens { name state askedAt }
  moves { to by at } escalations { to at }`;

async function alarms(account = 'resident', fields = TOLD): Promise<Readonly<Record<string, unknown>>[]> {
  const { data, text } = await ask(account, `{ alarms(home: "demo") { ${fields} } }`);
  expect(data, text).toBeTruthy();
  return data!['alarms'] as unknown as Readonly<Record<string, unknown>>[];
}

describe('an alarm', () => {
  it('tells where it is, what was measured, how its sirens stand, who moved it and who was told', async () => {
    raise({ measured: { property: 'smoke_concentration', value: 31, unit: 'ppm' } });
    const by = { kind: 'rule', rule: 'smoke', run: null } as const;
    const about = {
      home: 'demo',
      device: SIREN,
      claimant: 'life_safety',
      by,
      alarm: { id: 'a1', kind: 'smoke' },
    } as const;
    await world.delivery.issue([{ id: 'c1', ...about, values: { alarm: true } }], []);
    world.report('demo', SIREN, { alarm: true }, NOW);
    world.apply([{ kind: 'alarm_escalated', home: 'demo', alarm: 'a1', to: 'residents', at: raisedAt }]);
    await ask('resident', 'mutation { acknowledgeAlarm(home: "demo", alarm: "a1") { state } }');
    expect(await alarms()).toEqual([
      {
        id: 'a1',
        kind: 'smoke',
        state: 'acknowledged',
        deviceName: 'hall/smoke',
        room: 'hall',
        signal: 'alarm',
        drill: null,
        measured: { property: 'smoke_concentration', value: 31, unit: 'ppm' },
        sirens: [
          { name: 'hall/siren', state: 'sounding', askedAt: raisedAt },
          { name: 'hall/horn', state: 'unknown', askedAt: null },
        ],
        moves: [{ to: 'acknowledged', by: 'resident', at: raisedAt }],
        escalations: [{ to: 'residents', at: raisedAt }],
      },
    ]);
  });

  it('of a device that went silent is told by another signal than danger', async () => {
    raise({ kind: 'device_silent' });
    expect(await alarms('resident', 'signal')).toEqual([{ signal: 'fault' }]);
  });

  it('stays until somebody who may resets it, and a neighbour may not [RA-6.2.2-b]', async () => {
    raise();
    world.report('demo', SMOKE, { smoke: false }, NOW + MINUTE);
    const reset = (account: string) =>
      ask(account, 'mutation { resetAlarm(home: "demo", alarm: "a1", purpose: null) { state } }');
    expect((await reset('stranger')).errors).toHaveLength(1);
    expect((await alarms())[0]).toMatchObject({ state: 'raised', room: 'hall', deviceName: 'hall/smoke' });
    await ask('resident', 'mutation { handleAlarm(home: "demo", alarm: "a1") { state } }');
    expect((await reset('resident')).data).toEqual({ resetAlarm: { state: 'reset' } });
  });

  it('of somebody who asks for help is raised, acknowledged and closed, each with its time', async () => {
    raise({ kind: 'sos', rule: 'sos' });
    for (const [what, minutes] of [
      ['acknowledge', 1],
      ['handle', 19],
      ['reset', 1],
    ] as const) {
      world.clock.advance(minutes * MINUTE);
      await ask('resident', `mutation { ${what}Alarm(home: "demo", alarm: "a1") { state } }`);
    }
    const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();
    expect(await alarms('resident', 'state raisedAt moves { to at }')).toEqual([
      {
        state: 'reset',
        raisedAt: at(0),
        moves: [
          { to: 'acknowledged', at: at(1) },
          { to: 'handled', at: at(20) },
          { to: 'reset', at: at(21) },
        ],
      },
    ]);
  });

  it('that stands is told to whoever subscribes anew and asks for it', async () => {
    raise();
    raise({ id: 'a2', kind: 'heat' });
    for (const to of ['handled', 'reset'] as const)
      world.apply([{ kind: 'alarm_transitioned', home: 'demo', alarm: 'a2', to, by: null }]);
    const stream = await streamsOf(server)(
      'community_officer',
      'subscription { alarmChanged(standing: true) { id state } }',
    );
    expect(await stream.next()).toEqual({ data: { alarmChanged: { id: 'a1', state: 'raised' } } });
    raise({ id: 'a3', kind: 'heat' });
    expect(await stream.next()).toEqual({ data: { alarmChanged: { id: 'a3', state: 'raised' } } });
    stream.cancel();
  });

  it("of a hold-up is seen upstream and not on the home's own screens, until somebody upstream has seen it [DH-4.3.4-s2]", async () => {
    const open = streamsOf(server);
    const home = await open('resident', 'subscription { alarmChanged(home: "demo") { kind state } }');
    const office = await open('community_officer', 'subscription { alarmChanged { kind state } }');
    raise({ kind: 'hold_up', rule: 'hold_up', id: 'h1' });
    expect(await office.next()).toEqual({ data: { alarmChanged: { kind: 'hold_up', state: 'raised' } } });
    expect(await alarms()).toEqual([]);
    expect(await alarms('community_officer', 'kind')).toEqual([{ kind: 'hold_up' }]);
    const seen = await ask('resident', 'mutation { acknowledgeAlarm(home: "demo", alarm: "h1") { state } }');
    expect(seen.errors[0]!.extensions['code']).toBe('twin:alarm.not_found');
    await ask('community_officer', 'mutation { acknowledgeAlarm(home: "demo", alarm: "h1") { state } }');
    expect(await home.next()).toEqual({ data: { alarmChanged: { kind: 'hold_up', state: 'acknowledged' } } });
    expect(await alarms('resident', 'kind')).toEqual([{ kind: 'hold_up' }]);
    home.cancel();
    office.cancel();
  });
});

describe('a meter that notices a magnet', () => {
  const METER = 'demo:0xb4';
  const { rules } = loadRules(join(import.meta.dirname, '..'));
  const says = async (faults: readonly string[], power: number, minutes: number) => {
    const at = NOW + minutes * MINUTE;
    const values = { faults, power };
    world.report('demo', METER, values, at);
    const reading = { home: 'demo', device: METER, at, receivedAt: at, values, tenancy: null, current: true } as const;
    await world.react({ kind: 'state_reported', reading: { ...reading, group: 'closed' } }, rules);
  };
  const power = async (account: string) => {
    const asked = `{ home(id: "demo") { devices { id features { properties { id reading { value doubtful } } } } } }`;
    const { data } = await ask(account, asked);
    type Told = { id: string; features: { properties: { id: string; reading: object }[] }[] };
    const { devices } = (data as unknown as { home: { devices: Told[] } }).home;
    const properties = devices.find(({ id }) => id === METER)?.features.flatMap((feature) => feature.properties);
    return properties?.find(({ id }) => id === 'power')?.reading;
  };
  beforeEach(() => {
    const device = { id: METER, home: 'demo', room: null, address: '4', name: 'utility/meter', model: 'D5Z' } as const;
    world.apply([{ kind: 'device_registered', device: { ...device, trust: 'normal', vendor: 'any' } }]);
  });

  it('raises an alarm at once, and what it says is marked until the reset [RA-6.3.2-d]', async () => {
    await says([], 120, 0);
    expect(await power('resident')).toEqual({ value: 120, doubtful: false });
    await says(['magnetism'], 4, 1);
    expect(await alarms('resident', 'id kind deviceName raisedAt')).toMatchObject([
      { kind: 'tamper', deviceName: 'utility/meter', raisedAt: new Date(NOW + MINUTE).toISOString() },
    ]);
    expect(await power('resident')).toEqual({ value: 4, doubtful: true });
    await says([], 5, 2);
    expect(await power('resident')).toEqual({ value: 5, doubtful: true });
    const [{ id: alarm }] = (await alarms('resident', 'id')) as [{ id: string }];
    world.clock.advance(3 * MINUTE);
    for (const what of ['handle', 'reset']) {
      await ask('resident', `mutation { ${what}Alarm(home: "demo", alarm: "${alarm}") { state } }`);
    }
    // What was said before the reset stays what it was.
    expect(await power('resident')).toEqual({ value: 5, doubtful: true });
    await says([], 118, 4);
    expect(await power('resident')).toEqual({ value: 118, doubtful: false });
  });

  it('tells nobody of the doubt to whom its value is not told', async () => {
    await says(['magnetism'], 4, 1);
    for (const account of ['community_officer', 'property_manager', 'city_officer']) {
      expect(await power(account), account).toEqual({ value: null, doubtful: null });
    }
  });
});

it('a gas alarm closes a valve of which nothing was heard; without one no rule moves it', async () => {
  const common = { home: 'demo', room: null, trust: 'normal', vendor: 'any' } as const;
  const [gas, valve] = ['demo:0xb5', 'demo:0xb6'];
  const model = 'TS0601_water_valve';
  world.apply([
    { kind: 'device_registered', device: { ...common, id: gas, address: '5', name: 'kitchen/gas', model: 'HS1CG-E' } },
    { kind: 'device_registered', device: { ...common, id: valve, address: '6', name: 'kitchen/valve', model } },
  ]);
  const { rules } = loadRules(join(import.meta.dirname, '..'));
  const says = (values: Readonly<Record<string, unknown>>) => {
    const reading = { home: 'demo', device: gas, at: NOW, receivedAt: NOW, values, tenancy: null } as const;
    return { kind: 'state_reported', reading: { ...reading, group: 'closed', current: true } } as const;
  };
  const moved = async (values: Readonly<Record<string, unknown>>, by: typeof rules) => {
    const { effects } = await world.react(says(values), by);
    return effects.flatMap(({ effect, result }) =>
      effect.kind === 'command' && effect.device === valve ? [[effect.value, result]] : [],
    );
  };
  const wish = rules.flatMap((loaded) => (loaded.rule.id === 'gas_leak' ? [{ ...loaded, rule: CLOSED_BY_WISH }] : []));
  expect(await moved({ battery_low: true }, wish)).toEqual([['OFF', 'refused']]);
  expect(await moved({ gas: true }, rules)).toEqual([['OFF', 'granted']]);
});

describe('a drill', () => {
  const announce = async (more = '') => {
    const { data, text } = await ask(
      'resident',
      `mutation { announceDrill(input: { home: "demo", title: "Fire", devices: ["${SMOKE}"], minutes: 10 ${more} }) { id state } }`,
    );
    expect(data, text).toBeTruthy();
    return data!['announceDrill'] as unknown as { readonly id: string; readonly state: string };
  };
  const tryOut = (drill: string, device = SMOKE, account = 'resident') =>
    ask(
      account,
      `mutation { raiseDrillAlarm(home: "demo", drill: "${drill}", device: "${device}", kind: smoke) { id drill state } }`,
    );
  const codeOf = async (answer: ReturnType<typeof tryOut>) => (await answer).errors[0]?.extensions['code'];

  it('marks its alarms wherever they are told', async () => {
    const stream = await streamsOf(server)('resident', 'subscription { alarmChanged(home: "demo") { drill state } }');
    const { id: drill, state } = await announce();
    expect(state).toBe('running');
    await tryOut(drill);
    expect(await stream.next()).toEqual({ data: { alarmChanged: { drill, state: 'raised' } } });
    expect(await alarms('resident', 'drill kind')).toEqual([{ drill, kind: 'smoke' }]);
    expect(world.audit.filter(({ kind }) => kind === 'alarm')).toMatchObject([{ to: 'raised', drill }]);
    expect(world.commands.map(({ device }) => device)).toEqual([SIREN, MUTE]);
    stream.cancel();
  });

  it('leaves a real alarm of the same device as real as ever', async () => {
    const { id: drill } = await announce();
    await tryOut(drill);
    raise();
    expect(await alarms('resident', 'id drill state')).toMatchObject([{ drill }, { id: 'a1', drill: null }]);
    await ask('resident', `mutation { endDrill(home: "demo", drill: "${drill}") { state } }`);
    expect(await alarms('resident', 'id drill state')).toMatchObject([
      { drill, state: 'reset' },
      { id: 'a1', drill: null, state: 'raised' },
    ]);
  });

  it('opens nothing to anybody, as an alarm would', async () => {
    const { id: drill } = await announce();
    await tryOut(drill);
    const seen = `{ readings(home: "demo", purpose: emergency, property: "smoke") { reading { outcome } } }`;
    world.report('demo', SMOKE, { smoke: false }, NOW);
    const outcome = async () => (await ask('community_officer', seen)).data?.['readings'];
    const before = JSON.stringify(await outcome());
    raise();
    expect(JSON.stringify(await outcome())).not.toBe(before);
  });

  it('starts and ends by itself, and is remembered by a snapshot', async () => {
    const { id: drill, state } = await announce('starts: "2026-11-04T05:25:00Z"');
    expect(state).toBe('announced');
    expect(await codeOf(tryOut(drill))).toBe('command:drill.not_running');
    const due = (minutes: number) => world.apply(dueChanges(world.graph, NOW + minutes * MINUTE));
    due(5);
    expect(await codeOf(tryOut(drill))).toBeUndefined();
    due(15);
    const { data } = await ask('resident', '{ drills(home: "demo") { id state title deviceIds announcedBy } }');
    expect(data).toEqual({
      drills: [{ id: drill, state: 'ended', title: 'Fire', deviceIds: [SMOKE], announcedBy: 'resident' }],
    });
    expect(await alarms('resident', 'state moves { to by }')).toEqual([
      {
        state: 'reset',
        moves: [
          { to: 'handled', by: null },
          { to: 'reset', by: null },
        ],
      },
    ]);
    expect(graphOfSnapshot(snapshotOf(world.graph))!.drill('demo', drill).state).toBe('ended');
  });

  it('is for its devices and for those who deal with alarms of the home', async () => {
    const { id: drill } = await announce();
    expect(await codeOf(tryOut(drill, SIREN))).toBe('command:drill.other_device');
    expect(await codeOf(tryOut(drill, SMOKE, 'city_officer'))).toBe('access:denied');
    const long = `mutation { announceDrill(input: { home: "demo", title: "x", devices: ["${SMOKE}"], minutes: 241 }) { id } }`;
    expect((await ask('resident', long)).errors[0]!.extensions['code']).toBe('command:term.invalid');
  });
});
