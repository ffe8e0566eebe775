import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import type { CommandRequest } from '../engine/commands/CommandRequest.ts';
import { acknowledged } from '../engine/commands/commandsOf.ts';
import type { Alarm } from '../twin/changes.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf, streamsOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const LOCK = 'demo:0x00158d000a6c0031';
const SHOWN = `id state reason claimant rule account holds accepted winner { commandId claimant rule account property precedence clauses until }`;

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  world.apply([
    {
      kind: 'device_registered',
      device: {
        id: LOCK,
        home: 'demo',
        room: null,
        address: '0x00158d000a6c0031',
        name: 'hall/front_door',
        vendor: 'Yale',
        model: 'YRD226HA2619',
        trust: 'normal',
      },
    },
    { kind: 'device_transitioned', home: 'demo', device: LOCK, to: 'online' },
  ]);
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

/** The field of an answer, or the code of its error. */
async function told(account: string, query: string): Promise<unknown> {
  const { data, errors } = await ask(account, query);
  return errors[0]?.extensions['code'] ?? Object.values(data ?? {})[0];
}

function commandLock(account: string, state: 'LOCK' | 'UNLOCK'): Promise<unknown> {
  return told(
    account,
    `mutation { commandDevice(home: "demo", device: "${LOCK}", values: { state: "${state}" }) { ${SHOWN} } }`,
  );
}

function commandsFor(account: string, purpose = '') {
  return told(account, `{ home(id: "demo"${purpose}) { commands { ${SHOWN} values } } }`);
}

/** A fire, and the rule that opens the doors for it. */
async function fire(): Promise<Alarm> {
  const raisedAt = new Date(NOW).toISOString();
  const alarm: Alarm = { id: 'alarm-1', home: 'demo', kind: 'smoke', device: null, rule: 'smoke', raisedAt };
  const request: CommandRequest = {
    id: 'fire-1',
    home: 'demo',
    device: LOCK,
    values: { state: 'UNLOCK' },
    claimant: 'life_safety',
    by: { kind: 'rule', rule: 'smoke', run: null },
    alarm,
  };
  world.apply([{ kind: 'alarm_raised', alarm }]);
  await world.ports.issueCommands([request], []);
  return alarm;
}

describe('a command by GraphQL', () => {
  it('is answered with its id, where it stands, and whose claim it is', async () => {
    const given = await commandLock('resident', 'LOCK');
    expect(given).toMatchObject({
      state: 'sent',
      reason: 'taken_by_bus',
      claimant: 'resident',
      account: 'resident',
      rule: null,
      holds: new Date(NOW + 3_600_000).toISOString(),
      accepted: true,
      winner: null,
    });
    const { id } = given as { readonly id: string };
    expect(await told('resident', `{ command(home: "demo", id: "${id}") { id state } }`)).toEqual({
      id,
      state: 'sent',
    });
  });

  it('that lost says who won, by which rule, on which clause and until when', async () => {
    await fire();
    expect(await commandLock('resident', 'LOCK')).toMatchObject({
      state: 'lost',
      reason: 'outranked',
      accepted: false,
      winner: {
        commandId: 'fire-1',
        claimant: 'life_safety',
        rule: 'smoke',
        account: null,
        property: 'state',
        precedence: 'fire_exit',
        clauses: ['RA-6.7.1-s1'],
        until: 'alarm_reset',
      },
    });
    expect(world.commands).toEqual([{ home: 'demo', device: LOCK, values: { state: 'UNLOCK' } }]);
  });

  it('is listed newest first for the people of the home, and for nobody who may not read what the device says', async () => {
    const { id } = (await commandLock('resident', 'LOCK')) as { readonly id: string };
    await commandLock('resident', 'UNLOCK');
    const listed = (await commandsFor('resident')) as { readonly commands: readonly object[] };
    expect(listed.commands).toMatchObject([
      { state: 'sent', values: { state: 'UNLOCK' }, account: 'resident' },
      { state: 'superseded', reason: 'replaced', winner: { precedence: 'newest' } },
    ]);
    for (const account of ['property_manager', 'community_officer', 'city_officer']) {
      expect(await commandsFor(account), account).toEqual({ commands: [] });
      expect(await told(account, `{ command(home: "demo", id: "${id}") { id } }`), account).toBeNull();
    }
    expect(await told('stranger', `{ command(home: "demo", id: "${id}") { id } }`)).toBeNull();
    expect(
      await told('resident', `{ home(id: "demo") { device(id: "${LOCK}") { commands(first: 1) { state } } } }`),
    ).toEqual({
      device: { commands: [{ state: 'sent' }] },
    });
    expect(await told('resident', '{ home(id: "demo") { commands(first: 1000) { id } } }')).toBe(
      'access:page.out_of_range',
    );
  });

  it('is told as it moves to who may read it, and to nobody else', async () => {
    const open = streamsOf(server);
    const mine = await open('resident', `subscription { commandChanged(home: "demo") { state } }`);
    await commandLock('resident', 'LOCK');
    const states = [await mine.next(), await mine.next()].map((event) => JSON.stringify(event));
    expect(states.some((event) => event.includes('"sent"'))).toBe(true);
    mine.cancel();
    const others = await open('stranger', 'subscription { commandChanged(home: "demo") { state } }');
    expect(JSON.stringify(await others.next())).toContain('twin:home.not_found');
    others.cancel();
  });

  it('is taken back by who may give it, which frees the device, and never where safety gave it', async () => {
    const { id: mine } = (await commandLock('resident', 'LOCK')) as { readonly id: string };
    const withdraw = (id: string) =>
      told('resident', `mutation { withdrawCommand(home: "demo", id: "${id}") { state reason } }`);
    expect(await withdraw(mine)).toEqual({ state: 'cancelled', reason: 'withdrawn' });
    expect(await withdraw(mine)).toBe('command:command.over');
    expect(await withdraw('nothing')).toBe('twin:command.not_found');
    await fire();
    expect(await withdraw('fire-1')).toBe('command:command.stronger');
    expect(await told('stranger', 'mutation { withdrawCommand(home: "demo", id: "fire-1") { state } }')).toBe(
      'twin:home.not_found',
    );
  });

  it('to a valve is acknowledged by what the valve reports, and denied to whoever may not give it [RA-6.3.2-b-s4]', async () => {
    const { device } = world.graph.device('demo', LOCK);
    const valve = { ...device, id: 'demo:valve', address: '0x2', name: 'bathroom/valve', model: 'TS0601_water_valve' };
    world.apply([{ kind: 'device_registered', device: valve }]);
    world.report('demo', valve.id, { state: 'ON' });
    const close = (account: string) =>
      told(
        account,
        `mutation { commandDevice(home: "demo", device: "${valve.id}", values: { state: "OFF" }) { id state } }`,
      );
    const { id } = (await close('resident')) as { readonly id: string };
    world.report('demo', valve.id, { state: 'OFF' }, NOW + 1);
    const about = { home: 'demo', device: valve.id, now: NOW + 1, reported: new Set(['state']) };
    world.apply(acknowledged(world.graph, about));
    expect(await told('resident', `{ command(home: "demo", id: "${id}") { state reason } }`)).toEqual({
      state: 'acknowledged',
      reason: 'state_reported',
    });
    expect(await close('property_manager')).toBe('access:denied');
    expect(world.commands).toHaveLength(1);
  });

  it('opens a gas valve that safety closed only after a check on the spot, by whom a policy lets say so (R-13)', async () => {
    const { device } = world.graph.device('demo', LOCK);
    const valve = {
      ...device,
      id: 'demo:valve',
      address: '0x2',
      name: 'kitchen/gas_valve',
      model: 'TS0601_water_valve',
    };
    const raisedAt = new Date(NOW).toISOString();
    const alarm: Alarm = { id: 'alarm-2', home: 'demo', kind: 'gas_leak', device: null, rule: 'gas_leak', raisedAt };
    world.apply([
      { kind: 'device_registered', device: valve },
      { kind: 'alarm_raised', alarm },
    ]);
    world.report('demo', valve.id, { state: 'ON' });
    const by = { kind: 'rule', rule: 'gas_leak', run: null } as const;
    const close = { id: 'gas-1', home: 'demo', device: valve.id, values: { state: 'OFF' }, by, alarm };
    await world.ports.issueCommands([{ ...close, claimant: 'life_safety' }], []);
    const open = () =>
      told(
        'resident',
        `mutation { commandDevice(home: "demo", device: "${valve.id}", values: { state: "ON" }) { state winner { precedence until } } }`,
      );
    const inspect = (account: string) =>
      told(account, `mutation { recordInspection(home: "demo", device: "${valve.id}") { id state reason } }`);
    expect(await open()).toEqual({ state: 'lost', winner: { precedence: 'gas_valve', until: 'inspected' } });
    expect(await inspect('resident')).toBe('access:denied');
    expect(await inspect('property_manager')).toBe('command:inspection.alarm_up');
    for (const to of ['handled', 'reset'] as const) {
      world.apply([{ kind: 'alarm_transitioned', home: 'demo', alarm: alarm.id, to, by: 'resident' }]);
    }
    expect(await open()).toMatchObject({ state: 'lost' });
    expect(await inspect('property_manager')).toEqual([{ id: 'gas-1', state: 'cancelled', reason: 'inspected' }]);
    expect(world.audit).toContainEqual(expect.objectContaining({ kind: 'inspection', subject: 'property_manager' }));
    expect(await inspect('property_manager')).toBe('command:inspection.nothing_held');
    expect(await open()).toEqual({ state: 'sent', winner: null });
  });

  it('to a lock without a secure element is refused, with the clause (R-30)', async () => {
    const { device } = world.graph.device('demo', LOCK);
    world.apply([{ kind: 'device_registered', device: { ...device, trust: 'low' } }]);
    expect(await commandLock('resident', 'UNLOCK')).toBe('access:denied');
    expect(world.commands).toEqual([]);
    const [record] = [...world.records.values()].slice(-1);
    expect(JSON.stringify(record)).toContain('"rule":"low_trust_actuator"');
  });
});
