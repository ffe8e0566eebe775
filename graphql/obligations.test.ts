import { describe, expect, it, onTestFinished } from 'vitest';
import type { Change } from '../twin/changes.ts';
import type { Grade, Label } from '../twin/words.ts';
import { createHttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { type Probe, probePolicies } from './testPolicies.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const HOMES = Array.from({ length: 12 }, (_, index) => `home-${index + 1}`);

/** A world whose homes say a temperature each, decided by what the test asks for alone. */
async function worldOf(probe: Probe) {
  const world = new TestWorld(await probePolicies(probe));
  for (const [index, home] of HOMES.entries()) world.report(home, `${home}:0x01`, { temperature: 20.37 + index });
  const server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  onTestFinished(() => server.close());
  return { world, ask: clientOf(server) };
}

const ROWS =
  'query ($area: ID, $home: ID) { readings(area: $area, home: $home, property: "temperature", purpose: research) { homeId deviceId pseudonym place { id } reading { value at outcome missing obligations decisionId } } }';

type Row = {
  homeId: string | null;
  deviceId: string | null;
  pseudonym: string | null;
  place: { id: string } | null;
  reading: { value: unknown; outcome: string; missing: string | null; obligations: object[]; decisionId: string };
};

async function rowsOf(ask: ReturnType<typeof clientOf>, by: string, variables: object = {}): Promise<Row[]> {
  const { data, errors } = await ask(by, ROWS, { variables: variables as Record<string, unknown> });
  expect(errors).toEqual([]);
  return (data as unknown as { readings: Row[] }).readings;
}

const said = (outcome: 'raw' | 'reduced' | 'pseudonymous', ...obligations: object[]): Probe => {
  const all = { outcome, obligations };
  return { general_1: all, general_2: all, general_3: all, general_4: all };
};

describe('a place that may not be named', () => {
  const COMMUNITY: Probe = {
    ...said('reduced', { type: 'coarsen_space', level: 'community' }),
    general_1: { outcome: 'reduced', obligations: [{ type: 'mask', method: 'generalise' }] },
  };

  it('leaves values in lists without their home, for the whole of the place that may be named', async () => {
    const { ask } = await worldOf(COMMUNITY);
    const rows = await rowsOf(ask, 'city_officer');
    const unnamed = rows.filter(({ homeId }) => homeId === null);
    expect(unnamed).toHaveLength(13);
    for (const { deviceId, place, pseudonym } of unnamed) {
      expect({ deviceId, place, pseudonym }).toEqual({ deviceId: null, place: { id: 'community-1' }, pseudonym: null });
    }
    expect(
      unnamed
        .map(({ reading }) => reading.value)
        .filter((value) => value !== null)
        .sort(),
    ).toEqual(HOMES.map((_, index) => 20.37 + index).sort());
    // The one home of the other community would be known by its place.
    expect(rows.filter(({ homeId }) => homeId !== null)).toMatchObject([
      { homeId: 'home-far', reading: { value: null, outcome: 'reduced' } },
    ]);
  });

  it('cannot be found by asking for less, by the order of rows, or by the ids of decisions', async () => {
    const { world, ask } = await worldOf(COMMUNITY);
    for (const variables of [{ area: 'building-2' }, { home: 'home-1' }]) {
      for (const { homeId, reading } of await rowsOf(ask, 'city_officer', variables)) {
        expect([homeId === null, reading.value]).toEqual([false, null]);
      }
    }
    const values = (await rowsOf(ask, 'city_officer')).map(({ reading }) => reading.value);
    expect(values).not.toEqual([...values].sort());
    const both = await ask(
      'city_officer',
      '{ readings(property: "temperature", purpose: research) { homeId reading { decisionId } } homes(purpose: research) { nodes { decisionId devices { features { properties { reading { decisionId } } } } } } }',
    );
    const { readings } = both.data as unknown as { readings: Row[] };
    const ofUnnamed = readings.filter(({ homeId }) => homeId === null).map(({ reading }) => reading.decisionId);
    const rest = both.text.slice(both.text.indexOf('"homes"'));
    for (const id of ofUnnamed) expect(rest).not.toContain(`"${id}"`);
    for (const id of ofUnnamed) expect(world.records.has(id)).toBe(true);
    const why = await ask(
      'city_officer',
      `{ explain(decisionId: "${ofUnnamed[0]}") { request facts { path value } } }`,
    );
    expect(why.data).toMatchObject({ explain: { request: { resources: [] } } });
    expect(why.text).not.toContain('home-');
  });

  it('hides rooms and names of devices as far as it says', async () => {
    const DEVICES = '{ home(id: "demo-rented", purpose: research) { devices { name room { name } } } }';
    const shown = async (level: string) => {
      const { ask } = await worldOf({
        general_1: { outcome: 'raw', obligations: [] },
        general_2: { outcome: 'reduced', obligations: [{ type: 'coarsen_space', level }] },
      });
      const { data } = await ask('property_manager', DEVICES);
      const { devices } = (data as unknown as { home: { devices: unknown[] } }).home;
      return devices[0];
    };
    expect(await shown('room')).toEqual({ name: null, room: { name: 'living_room' } });
    expect(await shown('home')).toEqual({ name: null, room: null });
    expect(await shown('community')).toEqual({ name: null, room: null });
  });
});

describe('a pseudonym', () => {
  it('stands for a home, alike each time and for every other requester another', async () => {
    const { world, ask } = await worldOf(said('pseudonymous', { type: 'mask', method: 'pseudonymise' }));
    const names = async (by: string) =>
      Object.fromEntries(
        (await rowsOf(ask, by)).map(({ homeId, pseudonym, reading }) => [String(reading.value), [homeId, pseudonym]]),
      );
    const first = await names('city_officer');
    expect(Object.keys(first)).toHaveLength(13);
    for (const [home, pseudonym] of Object.values(first)) expect([home, typeof pseudonym]).toEqual([null, 'string']);
    expect(new Set(Object.values(first).map(([, pseudonym]) => pseudonym)).size).toBe(13);
    expect(await names('city_officer')).toEqual(first);
    expect(JSON.stringify(await names('regulator'))).not.toContain(first['20.37']![1]);
    expect((await ask('city_officer', ROWS)).text).not.toMatch(/home-\d|0x01/);
    expect(world.audit).toEqual([]);
  });
});

describe('a mask', () => {
  it('that leaves a value out leaves out when it was said, and whether', async () => {
    const { ask } = await worldOf(said('raw', { type: 'mask', method: 'suppress' }));
    const [row] = await rowsOf(ask, 'city_officer', { home: 'home-1' });
    expect(row?.reading).toMatchObject({ value: null, at: null, missing: null, outcome: 'raw' });
  });

  it('by noise gives the same number however often it is asked', async () => {
    const { ask } = await worldOf(said('reduced', { type: 'mask', method: 'randomise' }));
    const asked = async () => (await rowsOf(ask, 'city_officer')).map(({ reading }) => reading.value);
    const once = await asked();
    expect(await asked()).toEqual(once);
    for (const [index, value] of once.entries()) {
      if (value === null) continue;
      expect(HOMES.map((_, each) => 20.37 + each)).not.toContain(value);
      expect(index).toBeLessThan(15);
    }
  });

  it('that cannot be carried out denies, is logged, and leaves the others', async () => {
    const world = new TestWorld(
      await probePolicies({
        general_1: { outcome: 'raw', obligations: [] },
        general_2: { outcome: 'raw', obligations: [{ type: 'mask', method: 'randomise' }] },
      }),
    );
    world.report('home-1', 'home-1:0x01', { temperature: 21.37, battery: 80 });
    const ports = {
      ...world.ports,
      pseudonym: () => {
        throw new Error('the key is gone');
      },
    };
    const server = await createHttpServer(ports, { host: '127.0.0.1', port: 0, demo: false });
    onTestFinished(() => server.close());
    const { text, errors } = await clientOf(server)(
      'city_officer',
      '{ readings(home: "home-1", purpose: research) { property reading { value outcome } } }',
    );
    expect(errors).toEqual([]);
    expect(text).toContain('{"property":"temperature","reading":{"value":null,"outcome":"denied"}}');
    expect(text).toContain('{"property":"battery","reading":{"value":80,"outcome":"raw"}}');
  });
});

describe('statistics', () => {
  const STATISTICS =
    '{ statistics(area: "community-1", property: "temperature", window: day, purpose: research) { count mean min max withheld k outcome } }';

  it('heed every obligation: single values are not told of what is masked, and what is left out is not counted', async () => {
    const asked = async (probe: Probe) => (await (await worldOf(probe)).ask('city_officer', STATISTICS)).data;
    expect(await asked(said('raw'))).toMatchObject({ statistics: { count: 12, min: 20.37, max: 31.37 } });
    expect(await asked(said('raw', { type: 'mask', method: 'randomise' }))).toMatchObject({
      statistics: { count: 12, min: null, max: null },
    });
    expect(await asked(said('raw', { type: 'mask', method: 'suppress' }))).toMatchObject({
      statistics: { count: null, withheld: true, outcome: 'denied' },
    });
    expect(await asked(said('reduced', { type: 'audit' }))).toMatchObject({ statistics: { count: null } });
    expect(await asked(said('raw', { type: 'retain_until', reference: 'basis.until' }))).toMatchObject({
      statistics: { count: null, outcome: 'denied' },
    });
    expect(await asked(said('reduced', { type: 'coarsen_space', level: 'district' }))).toMatchObject({
      statistics: { count: null, withheld: true },
    });
  });
});

describe('retain_until', () => {
  const RETAIN = { type: 'retain_until', reference: 'basis.until' };
  const ends = new Date(NOW + 86_400_000).toISOString();
  const basis = (id: string, categories: readonly string[], end: string | null): Change =>
    ({
      kind: 'basis_given',
      basis: {
        id,
        type: 'consent',
        home: 'home-1',
        person: null,
        givenBy: 'person-of-home-1',
        grantee: 'demo-city-government',
        purposes: ['research'],
        categories,
        granularity: 'full',
        ends: end,
      },
    }) as Change;

  it('tells the date that it stands for: the first end of what opens this category', async () => {
    const { world, ask } = await worldOf(said('raw', RETAIN));
    const reading = async () => (await rowsOf(ask, 'city_officer', { home: 'home-1' }))[0]?.reading;
    expect(await reading()).toMatchObject({ outcome: 'denied', value: null, obligations: [] });
    world.apply([basis('other', ['behaviour'], new Date(NOW + 1).toISOString())]);
    expect(await reading()).toMatchObject({ outcome: 'denied', value: null });
    world.apply([basis('open', ['environment'], null)]);
    expect(await reading()).toMatchObject({ outcome: 'raw', value: 20.37, obligations: [{ ...RETAIN, until: null }] });
    world.apply([
      basis('later', ['environment'], new Date(NOW + 9e9).toISOString()),
      basis('sooner', ['environment'], ends),
    ]);
    expect(await reading()).toMatchObject({ obligations: [{ ...RETAIN, until: ends }] });
    expect(world.audit).toContainEqual(
      expect.objectContaining({ kind: 'obligation', duty: 'retain_until', home: 'home-1', until: ends }),
    );
  });

  it('that refers to nothing denies at every door', async () => {
    const { ask } = await worldOf(said('raw', { type: 'retain_until', reference: 'alarm.reset' }));
    const { data, errors } = await ask(
      'property_manager',
      '{ home(id: "demo-rented") { occupancy flags rooms { id } leases { id } alarms { id } consents { id } devices { name state } } decide(requests: [{ type: home, home: "demo-rented" }]) { outcome obligations errors { code } } }',
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      home: { occupancy: null, flags: null, rooms: null, leases: [], alarms: [], consents: [] },
      decide: [{ outcome: 'denied', obligations: [], errors: [{ code: 'policy:obligation.undone' }] }],
    });
    const ended = await ask(
      'property_manager',
      'mutation { endLease(home: "demo-rented", lease: "demo-lease") { id } }',
    );
    expect(ended.errors[0]?.extensions['code']).toBe('access:denied');
  });
});

describe('an action', () => {
  it('is refused when what its decision asks for would change what is done', async () => {
    const { world, ask } = await worldOf(said('raw', { type: 'mask', method: 'suppress' }));
    const { errors } = await ask(
      'property_manager',
      'mutation { endLease(home: "demo-rented", lease: "demo-lease") { id } }',
    );
    expect(errors[0]?.extensions['code']).toBe('access:denied');
    expect(world.graph.lease('demo-rented', 'demo-lease').state).toBe('active');
  });
});

describe('a subscription', () => {
  const raised = (kind: 'device_silent' | 'gas_leak', id: string): Change => {
    const alarm = { id, home: 'demo-rented', kind, device: null, rule: kind, raisedAt: new Date(NOW).toISOString() };
    return { kind: 'alarm_raised', alarm };
  };

  /** The alarms that an account of the home hears of under a policy, of two that are raised. */
  async function heard(account: string, probe: Probe): Promise<string> {
    const world = new TestWorld(await probePolicies(probe));
    const server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
    onTestFinished(() => server.close());
    const stop = new AbortController();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      signal: stop.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer tw_${account}`,
      },
      body: JSON.stringify({ query: 'subscription { alarmChanged { id decisionId } }' }),
    });
    await expect.poll(() => world.listeners).toBe(1);
    world.apply([raised('device_silent', 'silent'), raised('gas_leak', 'gas')]);
    let text = '';
    setTimeout(() => stop.abort(), 400);
    try {
      for await (const chunk of response.body!) text += Buffer.from(chunk as Uint8Array).toString();
    } catch {
      // The stream is cut when enough was heard.
    }
    return text;
  }

  it('tells an alarm when what its decision asks for can be done beside it, and else only of a danger to life', async () => {
    const open = await heard('property_manager', said('raw', { type: 'audit' }));
    expect(open).toContain('"silent"');
    for (const obligation of [
      { type: 'mask', method: 'generalise' },
      { type: 'coarsen_space', level: 'room' },
      { type: 'retain_until', reference: 'basis.until' },
      { type: 'shred' },
    ]) {
      expect(await heard('property_manager', said('raw', obligation)), obligation.type).not.toMatch(/"silent"|"gas"/);
    }
    const tenant = await heard('tenant', said('raw', { type: 'mask', method: 'generalise' }));
    expect(tenant).toContain('"life_safety"');
    expect(tenant).not.toContain('"silent"');
  });
});

describe('notices', () => {
  const NOTICES = '{ notices { at homeId toldAs by action purpose outcome resources decisionId } }';

  it('tell the people whom a policy names who was given what, when and for what, and nobody else', async () => {
    const label: Label = {
      subject_class: 'personal',
      category: 'environment',
      grade: 'general_1' as Grade,
      sharing: 'restricted',
      sensitive: false,
    };
    const { world, ask } = await worldOf({
      general_1: { outcome: 'raw', obligations: [{ type: 'notify', who: 'tenant' }, { type: 'audit' }] },
    });
    const device = 'demo-rented:0x00158d00045c0001';
    world.apply([{ kind: 'property_relabelled', home: 'demo-rented', device, property: 'temperature', label }]);
    expect((await ask('tenant', NOTICES)).data).toEqual({ notices: [] });
    const [row] = await rowsOf(ask, 'property_manager', { home: 'demo-rented' });
    const expected = {
      at: new Date(NOW).toISOString(),
      homeId: 'demo-rented',
      toldAs: 'tenant',
      by: {
        account: 'property_manager',
        organisation: 'property_company',
        tier: 'property',
        roles: ['property_manager'],
      },
      action: 'read',
      purpose: 'research',
      outcome: 'raw',
      resources: [{ type: 'property', home: 'demo-rented', device, property: 'temperature' }],
      decisionId: row!.reading.decisionId,
    };
    expect((await ask('tenant', NOTICES)).data).toEqual({ notices: [expected] });
    for (const other of ['resident', 'property_manager', 'stranger', 'admin']) {
      expect((await ask(other, NOTICES)).data).toEqual({ notices: [] });
    }
  });

  it('of what rescue looked at reach the people of the home', async () => {
    const world = new TestWorld(await repositoryPolicies());
    const raisedAt = new Date(NOW).toISOString();
    const alarm = { id: 'a', home: 'demo-rented', kind: 'gas_leak', device: null, rule: 'gas_leak', raisedAt } as const;
    world.apply([{ kind: 'alarm_raised', alarm }]);
    const server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
    onTestFinished(() => server.close());
    const ask = clientOf(server);
    await ask('property_manager', '{ readings(home: "demo-rented", purpose: emergency) { reading { value } } }');
    const { data } = await ask('tenant', NOTICES);
    const { notices } = data as unknown as { notices: object[] };
    expect(notices.length).toBeGreaterThan(0);
    for (const notice of notices) {
      expect(notice).toMatchObject({ toldAs: 'residents', purpose: 'emergency', by: { account: 'property_manager' } });
    }
  });
});
