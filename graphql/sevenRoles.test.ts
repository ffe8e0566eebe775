import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import type { Change } from '../twin/changes.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const CLIMATE = 'demo:0xa1';
const LOCK = 'demo:0xa2';
const RENTED_CLIMATE = 'demo-rented:0x00158d00045c0001';
const HOUR = 3_600_000;

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  world.apply(DEVICES);
  world.report('demo', CLIMATE, { temperature: 20, humidity: 44, battery: 90 }, NOW - 2 * HOUR);
  world.report('demo', CLIMATE, { temperature: 21 }, NOW - HOUR);
  world.report('demo', CLIMATE, { temperature: 22 }, NOW - HOUR + 600_000);
  world.report('demo', CLIMATE, { temperature: 25 }, NOW - 60_000);
  world.report('demo', LOCK, { state: 'LOCK', pin_code: { user: 1, pin_code: '4711' } });
  world.report('demo-rented', RENTED_CLIMATE, { temperature: 19 });
  for (let home = 1; home <= 12; home++) world.report(`home-${home}`, `home-${home}:0x01`, { temperature: 20 + home });
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

const ROLES = ['resident', 'property_manager', 'community_officer', 'city_officer', 'regulator', 'architect'] as const;

/** What each property of the demo home's devices says to each of `ROLES`; `absent` is not even listed. */
const READINGS: Readonly<Record<string, readonly string[]>> = {
  'climate battery': ['raw 90', 'raw 90', 'reduced 90 at 03:00', 'aggregate', 'aggregate', 'denied'],
  'climate voltage': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'denied'),
  'climate linkquality': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'denied'),
  'climate update_available': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'denied'),
  'climate update': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'denied'),
  'climate temperature': ['raw 25', 'raw 25', 'reduced 21.5 at 04:00', 'aggregate', 'aggregate', 'denied'],
  'climate humidity': ['raw 44', 'raw 44', 'reduced 44 at 03:00', 'aggregate', 'aggregate', 'denied'],
  'climate pressure': never('raw', 'raw', 'raw', 'raw', 'raw', 'raw'),
  'lock state': ['raw "LOCK"', 'absent', 'denied', 'absent', 'absent', 'absent'],
  'lock lock_state': never('raw', 'absent', 'denied', 'absent', 'absent', 'absent'),
  'lock battery': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'absent'),
  'lock battery_low': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'absent'),
  'lock linkquality': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'absent'),
  'lock update_available': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'absent'),
  'lock update': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'absent'),
  'lock pin_code': never('absent', 'absent', 'absent', 'absent', 'absent', 'absent'),
  'lock action_source_name': never('raw', 'absent', 'denied', 'absent', 'absent', 'absent'),
  'lock action_user': never('raw', 'absent', 'absent', 'absent', 'absent', 'absent'),
  'lock auto_relock_time': never('raw', 'absent', 'denied', 'absent', 'absent', 'absent'),
  'lock sound_volume': never('raw', 'raw', 'reduced', 'aggregate', 'aggregate', 'absent'),
  'lock action': never('raw', 'absent', 'denied', 'absent', 'absent', 'absent'),
};

const RENTED_DEVICES = ['01', '02', '03', '04'].map((end) => `demo-rented:0x00158d00045c00${end}`);
const OF_COMMUNITY = [
  'demo',
  'demo-rented',
  ...[1, 10, 11, 12, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `home-${number}`),
];
const NO_STATISTICS = { count: null, mean: null, min: null, max: null, withheld: true };
const COMMUNITY_STATISTICS = { count: 14, mean: 25.8571, min: null, max: null, withheld: false };
const LEASE = { id: 'demo-lease', tenant: 'demo-person-tenant', state: 'active' };
const CONSENTS = [
  { id: 'demo-consent-community', grantee: 'demo-community-office' },
  { id: 'demo-consent-hospital', grantee: 'demo-hospital' },
];
const DEMO = { id: 'demo', name: 'the demo home', area: { id: 'building-1' }, alarms: [], leases: [] };
const SHOWN_RECORD = { outcome: 'raw', occupancy: 'owner_occupied', flags: [], rooms: [{ name: 'hall' }] };
const HIDDEN_RECORD = { occupancy: null, flags: null, rooms: null };
const NAMED = [
  {
    id: CLIMATE,
    name: 'hall/climate',
    room: { name: 'hall' },
    model: 'WSDCGQ11LM',
    vendor: 'Aqara',
    kind: 'sensor',
    state: 'registered',
  },
  {
    id: LOCK,
    name: 'hall/front_door_lock',
    room: { name: 'hall' },
    model: 'YRD226/246 TSDB',
    vendor: 'Yale',
    kind: 'lock',
    state: 'registered',
  },
];
const UNNAMED = NAMED.map((device) => ({ ...device, name: null, room: null, state: null }));

/** Everything else that the question tells each role. */
const TOLD: Readonly<Record<string, unknown>> = {
  resident: {
    viewer: { account: 'resident', tier: 'home', roles: ['resident'], purpose: 'own_use' },
    homes: { totalCount: 1, nodes: [{ id: 'demo' }] },
    home: { ...DEMO, ...SHOWN_RECORD, relations: ['owner', 'resident'], consents: CONSENTS, devices: NAMED },
    rented: null,
    statistics: { ...NO_STATISTICS, k: 10, outcome: 'raw' },
  },
  tenant: {
    viewer: { account: 'tenant', tier: 'home', roles: ['tenant'], purpose: 'own_use' },
    homes: { totalCount: 1, nodes: [{ id: 'demo-rented' }] },
    home: null,
    rented: { occupancy: 'rented', leases: [LEASE], devices: RENTED_DEVICES.map((id) => ({ id })) },
    statistics: { ...NO_STATISTICS, k: 10, outcome: 'raw' },
  },
  property_manager: {
    viewer: { account: 'property_manager', tier: 'property', roles: ['property_manager'], purpose: 'property_service' },
    homes: { totalCount: 2, nodes: [{ id: 'demo' }, { id: 'demo-rented' }] },
    home: { ...DEMO, ...SHOWN_RECORD, relations: ['manages'], consents: [], devices: NAMED },
    rented: { occupancy: 'rented', leases: [LEASE], devices: RENTED_DEVICES.map((id) => ({ id })) },
    statistics: { ...NO_STATISTICS, k: 10, outcome: 'raw' },
  },
  community_officer: {
    viewer: {
      account: 'community_officer',
      tier: 'community',
      roles: ['community_officer'],
      purpose: 'community_service',
    },
    homes: { totalCount: 14, nodes: OF_COMMUNITY.map((id) => ({ id })) },
    home: { ...DEMO, ...HIDDEN_RECORD, outcome: 'aggregate', relations: ['contains'], consents: [], devices: UNNAMED },
    rented: { occupancy: null, leases: [], devices: RENTED_DEVICES.map((id) => ({ id })) },
    // Of the two homes of the other building nothing may be told, so they are left out.
    statistics: { ...COMMUNITY_STATISTICS, count: 12, mean: 26.5, k: 5, outcome: 'aggregate' },
  },
  city_officer: {
    viewer: { account: 'city_officer', tier: 'city', roles: ['city_officer'], purpose: 'city_planning' },
    homes: { totalCount: 15, nodes: [...OF_COMMUNITY, 'home-far'].map((id) => ({ id })) },
    home: { ...DEMO, ...HIDDEN_RECORD, outcome: 'aggregate', relations: ['contains'], consents: [], devices: UNNAMED },
    rented: { occupancy: null, leases: [], devices: RENTED_DEVICES.map((id) => ({ id })) },
    statistics: { ...COMMUNITY_STATISTICS, k: 10, outcome: 'aggregate' },
  },
  regulator: {
    viewer: { account: 'regulator', tier: 'province', roles: ['regulator'], purpose: 'regulation' },
    homes: { totalCount: 15, nodes: [...OF_COMMUNITY, 'home-far'].map((id) => ({ id })) },
    home: { ...DEMO, ...HIDDEN_RECORD, outcome: 'aggregate', relations: ['contains'], consents: [], devices: UNNAMED },
    rented: { occupancy: null, leases: [], devices: RENTED_DEVICES.map((id) => ({ id })) },
    // A regulator's statistics rest on twenty homes of a whole district.
    statistics: { ...NO_STATISTICS, k: 20, outcome: 'aggregate' },
  },
  architect: {
    viewer: { account: 'architect', tier: 'city', roles: ['architect'], purpose: 'city_planning' },
    homes: { totalCount: 15, nodes: [...OF_COMMUNITY, 'home-far'].map((id) => ({ id })) },
    home: {
      ...DEMO,
      ...HIDDEN_RECORD,
      outcome: 'denied',
      relations: ['contains'],
      consents: [],
      devices: UNNAMED.slice(0, 1),
    },
    rented: { occupancy: null, leases: [], devices: [{ id: RENTED_DEVICES[0] }] },
    statistics: { ...NO_STATISTICS, k: 10, outcome: 'denied' },
  },
  stranger: {
    viewer: { account: 'stranger', tier: 'home', roles: ['resident'], purpose: 'own_use' },
    homes: { totalCount: 1, nodes: [{ id: 'home-far' }] },
    home: null,
    rented: null,
    statistics: { ...NO_STATISTICS, k: 10, outcome: 'denied' },
  },
};

describe('the same question by the seven roles and a stranger', () => {
  it.each(Object.keys(TOLD))('shows the %s what is in its scope and nothing else', async (role) => {
    const { told } = await everything(role);
    expect(told).toEqual(TOLD[role]);
  });

  it.each([...ROLES.entries()])('answers each reading as its policies say (%i: %s)', async (index, role) => {
    const { readings } = await everything(role);
    const expected = Object.entries(READINGS).map(([name, byRole]) => [name, byRole[index]]);
    expect(Object.fromEntries(Object.keys(READINGS).map((name) => [name, readings[name] ?? 'absent']))).toEqual(
      Object.fromEntries(expected),
    );
    expect(Object.keys(readings).filter((name) => !(name in READINGS))).toEqual([]);
  });

  it('returns different fields to audiences of four grades [SC-6.3.1-p1]', async () => {
    world.apply([device({ id: 'demo:motion', name: 'hall/motion', vendor: 'Aqara', model: 'RTCGQ11LM' })]);
    const open = async (role: string) => {
      const { readings } = await everything(role);
      return Object.keys(readings).filter((name) => /^(raw|reduced)/.test(readings[name]!));
    };
    const [home, property, community, city] = await Promise.all(
      ['resident', 'property_manager', 'community_officer', 'city_officer'].map(open),
    );
    expect(home).toEqual(expect.arrayContaining([...property!, ...community!, 'lock state', 'motion occupancy']));
    expect(property).not.toContain('motion illuminance');
    expect(community!.filter((name) => !property!.includes(name))).toEqual(['motion illuminance']);
    expect(city).toEqual(['climate pressure']);
  });

  it('differs by role, and a forbidden function is a denied decision that can be explained [DH-6.2.3]', async () => {
    const [resident, officer] = await Promise.all(['resident', 'community_officer'].map(everything));
    expect(Object.keys(resident!.readings)).not.toEqual(Object.keys(officer!.readings));
    const { errors, data } = await ask('community_officer', UNLOCK, { variables: { device: LOCK } });
    expect(data).toBeNull();
    expect(errors[0]).toMatchObject({ extensions: { code: 'access:denied' } });
    expect(world.commands).toEqual([]);
    const { data: why } = await ask('community_officer', EXPLAIN, {
      variables: { id: errors[0]?.extensions['decisionId'] },
    });
    expect(why).toMatchObject({ explain: { decision: { outcome: 'denied' }, reproduced: true } });
  });

  it('lets the people of a home command its devices, and writes each command down [DH-7.6.4]', async () => {
    const { data } = await ask('resident', UNLOCK, { variables: { device: LOCK } });
    expect(data).toMatchObject({ commandDevice: { accepted: true } });
    expect(world.commands).toEqual([{ home: 'demo', device: LOCK, values: { state: 'UNLOCK' } }]);
    expect(world.audit.filter(({ kind }) => kind === 'command')).toMatchObject([
      { subject: 'resident', home: 'demo', device: LOCK, property: 'state', outcome: 'raw' },
    ]);
  });

  it('refuses a command that the device does not take', async () => {
    const command = `mutation { commandDevice(home: "demo", device: "${LOCK}", values: { state: "EXPLODE" }) { accepted } }`;
    const { errors } = await ask('resident', command);
    expect(errors[0]?.extensions['code']).toBe('command:value.out_of_range');
    expect(world.commands).toEqual([]);
  });
});

describe('readings by property', () => {
  const rows = async (role: string, property: string) => {
    const query = `{ readings(home: "demo", property: "${property}") { deviceId property reading { value outcome } } }`;
    const { data } = await ask(role, query);
    const { readings } = data as unknown as {
      readings: { deviceId: string; reading: { value: unknown; outcome: string } }[];
    };
    return readings.map(({ deviceId, reading }) => `${NAMES[deviceId]} ${reading.outcome} ${reading.value}`);
  };

  it('are those of the devices that the caller may know of', async () => {
    expect(await rows('resident', 'battery')).toEqual(['climate raw 90', 'lock raw null']);
    expect(await rows('property_manager', 'temperature')).toEqual(['climate raw 25']);
    expect(await rows('community_officer', 'state')).toEqual(['lock denied null']);
    // Every property of the lock is refused to an architect, so there is no lock; one of the climate sensor is public.
    expect(await rows('architect', 'battery')).toEqual(['climate denied null']);
    expect((await ask('architect', `{ home(id: "demo") { device(id: "${LOCK}") { id } } }`)).data).toEqual({
      home: { device: null },
    });
    expect(await rows('resident', 'pin_code')).toEqual([]);
  });
});

describe('statistics', () => {
  const about = async (role: string, area: string, window = 'hour') => {
    const query = `{ statistics(area: "${area}", property: "temperature", window: ${window}) { count withheld k outcome } }`;
    const { data } = await ask(role, query);
    return (data as unknown as { statistics: { count: number | null; withheld: boolean } }).statistics;
  };
  const closed = {
    subject_class: 'personal',
    category: 'environment',
    grade: 'general_2',
    sharing: 'not_shared',
    sensitive: false,
  } as const;
  const close = (home: string) =>
    world.apply([
      { kind: 'property_relabelled', home, device: `${home}:0x01`, property: 'temperature', label: closed },
    ]);

  it('leave out the homes that refuse, and are withheld when fewer than k are left', async () => {
    expect(await about('city_officer', 'community-1')).toMatchObject({ count: 14, withheld: false });
    for (const home of ['home-1', 'home-2', 'home-3', 'home-4']) close(home);
    expect(await about('city_officer', 'community-1')).toMatchObject({ count: 10, withheld: false });
    close('home-5');
    expect(await about('city_officer', 'community-1')).toEqual({
      count: null,
      withheld: true,
      k: 10,
      outcome: 'aggregate',
    });
  });

  it('are withheld for a smaller area or a shorter time than the policy allows', async () => {
    expect(await about('city_officer', 'building-2')).toMatchObject({ withheld: true });
    expect(await about('community_officer', 'building-2')).toMatchObject({ count: 12, withheld: false });
    expect(await about('community_officer', 'building-2', 'quarter_hour')).toMatchObject({ withheld: true });
  });

  it('leave out what was reported before their window', async () => {
    world.clock.advance(2 * HOUR);
    expect(await about('city_officer', 'community-1')).toMatchObject({ count: null, outcome: 'denied' });
    expect(await about('city_officer', 'community-1', 'day')).toMatchObject({ count: 14 });
  });

  it('of a wider area tell nothing of a smaller one that is withheld', async () => {
    const mean = async (area: string) => {
      const query = `{ statistics(area: "${area}", property: "temperature", window: hour) { mean count withheld } }`;
      const { data } = await ask('community_officer', query);
      return (data as unknown as { statistics: { mean: number; count: number; withheld: boolean } }).statistics;
    };
    expect(await mean('building-1')).toMatchObject({ withheld: true });
    expect(await mean('community-1')).toEqual(await mean('building-2'));
  });

  it('do not show what one home says by how they change', async () => {
    const query = '{ statistics(area: "community-1", property: "temperature", window: hour) { mean min max } }';
    const before = (await ask('city_officer', query)).text;
    world.report('home-1', 'home-1:0x01', { temperature: 99 }, NOW + 1);
    expect((await ask('city_officer', query)).text).toBe(before);
    world.clock.advance(HOUR);
    world.report('home-1', 'home-1:0x01', { temperature: 99 }, NOW + HOUR);
    expect((await ask('city_officer', query)).text).not.toBe(before);
  });

  it('of a longer window leave out a few homes that a shorter one leaves out', async () => {
    world.clock.advance(2 * HOUR);
    expect(await about('city_officer', 'community-1', 'day')).toMatchObject({ count: 14 });
    for (let index = 1; index <= 12; index++) {
      world.report(`home-${index}`, `home-${index}:0x01`, { temperature: 20 }, NOW + 3 * HOUR - 60_000);
    }
    world.clock.advance(HOUR);
    expect(await about('city_officer', 'community-1')).toMatchObject({ count: 12 });
    expect(await about('city_officer', 'community-1', 'day')).toMatchObject({ withheld: true });
  });

  it('tell least and greatest where each value may be read as it is', async () => {
    const query = '{ statistics(area: "community-1", property: "pressure", window: hour) { count min max } }';
    expect((await ask('city_officer', query)).data).toMatchObject({ statistics: { count: null } });
    for (let index = 1; index <= 12; index++) {
      world.report(`home-${index}`, `home-${index}:0x01`, { pressure: 1000 + index });
    }
    const { data } = await ask('city_officer', query);
    expect(data).toMatchObject({ statistics: { min: expect.any(Number), max: 1012 } });
  });

  it('tell nothing of an area that does not exist', async () => {
    expect(await about('city_officer', 'nowhere')).toMatchObject({ count: null, withheld: true });
  });
});

describe('another home', () => {
  const HOME =
    'query ($id: ID!) { home(id: $id) { name devices { id } } leases(home: $id) { id } readings(home: $id) { deviceId } alarms(home: $id) { id } consents(home: $id) { id } }';

  it.each(['demo', 'demo-rented', 'home-1'])(
    'tells a stranger nothing, not even that %s exists [DH-6.2.4-5]',
    async (id) => {
      const unknown = await ask('stranger', HOME, { variables: { id: 'no-such-home' } });
      const other = await ask('stranger', HOME, { variables: { id } });
      expect(other.text).toBe(unknown.text);
      expect(other.text).toBe('{"data":{"home":null,"leases":[],"readings":[],"alarms":[],"consents":[]}}');
      expect([...other.headers].filter(([name]) => name !== 'date')).toEqual(
        [...unknown.headers].filter(([name]) => name !== 'date'),
      );
      expect(world.records.size).toBe(0);
    },
  );

  it('cannot be commanded, and its devices are as unknown as those that do not exist [DH-6.2.4-5]', async () => {
    const command = (home: string, device: string) =>
      ask(
        'stranger',
        'mutation ($home: ID!, $device: ID!) { commandDevice(home: $home, device: $device, values: { state: "UNLOCK" }) { accepted } }',
        { variables: { home, device } },
      );
    const other = await command('demo', LOCK);
    const unknown = await command('home', LOCK);
    expect(other.errors[0]?.extensions['code']).toBe('twin:home.not_found');
    expect(other.text.replaceAll('`demo`', '`home`')).toBe(unknown.text);
    expect(world.commands).toEqual([]);
  });

  it('is decided about as if it were not there [DH-6.2.4-5]', async () => {
    const decide = (home: string, device: string) =>
      ask(
        'stranger',
        'query ($home: ID!, $device: ID!) { decide(requests: [{ home: $home, device: $device, property: "temperature" }, { home: $home, device: $device, property: "state", action: command }]) { id outcome reasons { rule } obligations at } }',
        { variables: { home, device } },
      );
    const other = await decide('demo', CLIMATE);
    expect(other.text).toBe((await decide('nowhere', 'nothing')).text);
    expect(other.data).toMatchObject({
      decide: [
        { id: null, outcome: 'denied' },
        { id: null, outcome: 'denied' },
      ],
    });
    expect(world.records.size).toBe(0);
  });

  it('does not show through counts, cursors or areas', async () => {
    const page =
      'query ($area: ID, $after: String) { homes(area: $area, after: $after) { totalCount nodes { id } pageInfo { hasNextPage } } }';
    const inArea = await ask('tenant', page, { variables: { area: 'building-2' } });
    expect(inArea.data).toMatchObject({ homes: { totalCount: 0, nodes: [] } });
    const after = Buffer.from('demo').toString('base64url');
    const afterOther = await ask('tenant', page, { variables: { after } });
    const afterUnknown = await ask('tenant', page, { variables: { after: Buffer.from('demn').toString('base64url') } });
    expect(afterOther.text).toBe(afterUnknown.text);
  });

  it('is open to its own people through the endpoint of their tier', async () => {
    const { data } = await ask('resident', '{ home(id: "demo") { name } }', { path: '/home/graphql' });
    expect(data).toEqual({ home: { name: 'the demo home' } });
  });
});

describe('consent', () => {
  const OCCUPANCY = `{ decide(requests: [{ home: "demo", device: "${LOCK}", property: "state" }]) { outcome reasons { rule } } }`;
  const temperature = async () => {
    const { readings } = await everything('community_officer');
    return readings['climate temperature'];
  };

  it('that is withdrawn ends what rested on it with the next query, and given again opens it again', async () => {
    expect(await temperature()).toBe('reduced 21.5 at 04:00');
    const withdrawn = await ask(
      'resident',
      'mutation { withdrawConsent(home: "demo", consent: "demo-consent-community") { id decisionId } }',
    );
    expect(withdrawn.data).toMatchObject({ withdrawConsent: { id: 'demo-consent-community' } });
    expect(await temperature()).toBe('aggregate');
    const given = await ask('resident', GIVE, {
      variables: {
        consent: {
          home: 'demo',
          grantee: 'demo-community-office',
          purposes: ['community_service'],
          categories: ['environment'],
          granularity: 'full',
        },
      },
    });
    expect(given.data).toMatchObject({
      giveConsent: { type: 'consent', person: 'demo-person-resident', granularity: 'full' },
    });
    expect(await temperature()).toBe('raw 25');
    expect(world.audit.filter(({ kind }) => kind === 'consent')).toMatchObject([{ to: 'withdrawn' }, { to: 'given' }]);
  });

  it('opens health and behaviour to a hospital, and its withdrawal closes them at once [DH-5.4.7-3]', async () => {
    world.apply([CLINICIAN]);
    world.issue('clinician', 'community');
    const outcome = async () => (await ask('clinician', OCCUPANCY)).data;
    expect(await outcome()).toMatchObject({ decide: [{ outcome: 'raw' }] });
    await ask('resident', 'mutation { withdrawConsent(home: "demo", consent: "demo-consent-hospital") { id } }');
    expect(await outcome()).toMatchObject({ decide: [{ outcome: 'denied', reasons: [{ rule: 'without_consent' }] }] });
    const consent = { home: 'demo', grantee: 'demo-hospital', purposes: ['care'], categories: ['behaviour'] };
    const given = await ask('resident', GIVE, { variables: { consent } });
    expect(await outcome()).toMatchObject({ decide: [{ outcome: 'raw' }] });
    const { id } = (given.data as unknown as { giveConsent: { id: string } }).giveConsent;
    await ask('resident', 'mutation ($id: ID!) { withdrawConsent(home: "demo", consent: $id) { id } }', {
      variables: { id },
    });
    expect(await outcome()).toMatchObject({ decide: [{ outcome: 'denied' }] });
  });

  it('is used for no other purpose and beyond no category, each refused for a reason of its own', async () => {
    world.apply([CLINICIAN]);
    world.issue('clinician', 'community');
    const rulesFor = async (purpose: string) => {
      const { data } = await ask('clinician', OCCUPANCY.replace('"state"', `"state", purpose: ${purpose}`));
      const { decide } = data as unknown as { decide: { reasons: { rule: string }[] }[] };
      return decide[0]!.reasons.map(({ rule }) => rule);
    };
    expect(await rulesFor('care')).toEqual(['consented']);
    expect(await rulesFor('community_service')).toContain('another_purpose');
    await ask('resident', 'mutation { withdrawConsent(home: "demo", consent: "demo-consent-hospital") { id } }');
    const consent = { home: 'demo', grantee: 'demo-hospital', purposes: ['care'], categories: ['environment'] };
    await ask('resident', GIVE, { variables: { consent } });
    expect(await rulesFor('care')).toContain('beyond_scope');
  });

  it('is given by people for themselves alone, to somebody who exists, for a time to come', async () => {
    const consent = { home: 'demo', grantee: 'demo-hospital', purposes: ['care'], categories: ['behaviour'] };
    const codeOf = async (change: object) =>
      (await ask('resident', GIVE, { variables: { consent: { ...consent, ...change } } })).errors[0]?.extensions[
        'code'
      ];
    expect(await codeOf({ grantee: 'nobody' })).toBe('twin:grantee.not_found');
    expect(await codeOf({ ends: '2020-01-01T00:00:00Z' })).toBe('command:consent.ends_in_past');
    expect(await codeOf({ purposes: [] })).toBe('command:consent.empty');
    expect(await codeOf({ child: 'demo-person-tenant' })).toBe('command:consent.no_guardian');
    expect(await codeOf({ home: 'demo-rented' })).toBe('twin:home.not_found');
  });

  it('for a child is given by a grown person of its home, and not by a child', async () => {
    const people = { ana: 'child_14_and_under', ben: 'minor_15_to_17', cleo: 'adult' } as const;
    for (const [id, ageBand] of Object.entries(people)) {
      const account = { ...world.graph.accounts.get('resident')!, id, person: id };
      world.apply([
        { kind: 'person_added', person: { id, ageBand } },
        { kind: 'relation_added', subject: id, relation: 'resident', object: 'demo' },
        { kind: 'account_added', account },
      ]);
      world.issue(id, 'home');
    }
    const consent = {
      home: 'demo',
      grantee: 'demo-hospital',
      purposes: ['care'],
      categories: ['behaviour'],
      child: 'ana',
    };
    const given = async (by: string) => {
      const { data, errors } = await ask(by, GIVE, { variables: { consent } });
      return errors[0]?.extensions['code'] ?? data;
    };
    expect(await given('ana')).toBe('command:consent.no_guardian');
    expect(await given('ben')).toBe('command:consent.no_guardian');
    expect(await given('cleo')).toMatchObject({ giveConsent: { type: 'guardian_consent', person: 'ana' } });
  });

  it('of somebody else cannot be withdrawn', async () => {
    const { errors } = await ask(
      'tenant',
      'mutation { withdrawConsent(home: "demo-rented", consent: "demo-consent-hospital") { id } }',
    );
    expect(errors[0]?.extensions['code']).toBe('twin:consent.not_found');
  });
});

describe('the end of a lease', () => {
  it("ends the tenant's access with the next query", async () => {
    const HOME = '{ home(id: "demo-rented") { id devices { id } } }';
    expect((await ask('tenant', HOME)).data).toMatchObject({ home: { id: 'demo-rented' } });
    const ended = await ask(
      'property_manager',
      'mutation { endLease(home: "demo-rented", lease: "demo-lease") { id state decisionId } }',
    );
    expect(ended.data).toMatchObject({ endLease: { id: 'demo-lease', state: 'ended' } });
    expect((await ask('tenant', HOME)).text).toBe('{"data":{"home":null}}');
    expect(world.audit).toContainEqual({
      kind: 'lease',
      subject: 'property_manager',
      home: 'demo-rented',
      lease: 'demo-lease',
      to: 'ended',
    });
  });

  it('is not for the tenant, nor for a neighbour, to decide', async () => {
    const END = 'mutation { endLease(home: "demo-rented", lease: "demo-lease") { id } }';
    expect((await ask('tenant', END)).errors[0]?.extensions['code']).toBe('access:denied');
    expect((await ask('resident', END)).errors[0]?.extensions['code']).toBe('twin:home.not_found');
    expect(world.graph.lease('demo-rented', 'demo-lease').state).toBe('active');
  });
});

describe('a new tenancy', () => {
  const lease = (id: string, tenant: string): Change => ({
    kind: 'lease_signed',
    lease: {
      id,
      home: 'demo-rented',
      tenant,
      landlord: 'demo-person-landlord',
      starts: '2026-01-01T00:00:00.000Z',
      ends: '2027-01-01T00:00:00.000Z',
    },
  });
  const moved = (id: string, to: 'active' | 'ended'): Change => ({
    kind: 'lease_transitioned',
    home: 'demo-rented',
    lease: id,
    to,
  });

  it('shows its tenant neither the leases nor the alarms of the one before', async () => {
    const reset = { kind: 'alarm_transitioned', home: 'demo-rented', alarm: 'alarm-1', to: 'reset', by: null } as const;
    const RECORDS = '{ leases(home: "demo-rented") { id } alarms(home: "demo-rented") { id } }';
    world.apply([alarmRaised('demo-rented')]);
    expect((await ask('tenant', RECORDS)).data).toEqual({
      leases: [{ id: 'demo-lease' }],
      alarms: [{ id: 'alarm-1' }],
    });
    world.apply([
      moved('demo-lease', 'ended'),
      { kind: 'person_added', person: { id: 'next', ageBand: 'adult' } },
      lease('next-lease', 'next'),
      moved('next-lease', 'active'),
      { kind: 'account_added', account: { ...world.graph.accounts.get('tenant')!, id: 'next', person: 'next' } },
    ]);
    world.issue('next', 'home');
    // A danger that is not over is told to whoever is there.
    expect((await ask('next', RECORDS)).data).toEqual({ leases: [{ id: 'next-lease' }], alarms: [{ id: 'alarm-1' }] });
    world.apply([reset]);
    expect((await ask('next', RECORDS)).data).toEqual({ leases: [{ id: 'next-lease' }], alarms: [] });
    const DECIDE = '{ decide(requests: [{ type: lease, home: "demo-rented", id: "demo-lease" }]) { id outcome } }';
    expect((await ask('next', DECIDE)).data).toEqual({ decide: [{ id: null, outcome: 'denied' }] });
  });
});

describe('a record that is refused', () => {
  it('is refused whether it is there or not', async () => {
    const about = async (id: string) => {
      const query = `{ decide(requests: [{ type: consent, home: "demo", id: "${id}" }]) { outcome reasons { rule } } }`;
      return (await ask('property_manager', query)).text;
    };
    expect(await about('demo-consent-hospital')).toBe(await about('nowhere'));
    const END = (id: string) => `mutation { endLease(home: "demo-rented", lease: "${id}") { id } }`;
    for (const id of ['demo-lease', 'nowhere']) {
      expect((await ask('tenant', END(id))).errors[0]?.extensions['code']).toBe('access:denied');
    }
  });
});

describe('an alarm', () => {
  it('is acknowledged, handled and reset by those who look after it, in that order only', async () => {
    world.apply([alarmRaised('demo')]);
    const move = (name: string, role: string) =>
      ask(role, `mutation { ${name}(home: "demo", alarm: "alarm-1") { state decisionId } }`);
    expect((await move('resetAlarm', 'resident')).errors[0]?.extensions['code']).toBe('twin:alarm.move_refused');
    expect((await move('acknowledgeAlarm', 'property_manager')).data).toMatchObject({
      acknowledgeAlarm: { state: 'acknowledged' },
    });
    expect((await move('handleAlarm', 'city_officer')).errors[0]?.extensions['code']).toBe('access:denied');
    expect((await move('handleAlarm', 'resident')).data).toMatchObject({ handleAlarm: { state: 'handled' } });
    expect((await move('resetAlarm', 'resident')).data).toMatchObject({ resetAlarm: { state: 'reset' } });
  });

  it('shows those who come to help what they need while it is up', async () => {
    const temperature = (value: number | null, outcome: string) =>
      JSON.stringify({ id: 'temperature', reading: { value, outcome } });
    const READ = `{ home(id: "demo", purpose: emergency) { device(id: "${CLIMATE}") { features { properties { id reading { value outcome } } } } } }`;
    expect((await ask('property_manager', READ)).text).toContain(temperature(null, 'denied'));
    world.apply([alarmRaised('demo')]);
    expect((await ask('property_manager', READ)).text).toContain(temperature(25, 'raw'));
    expect(world.audit).toContainEqual(
      expect.objectContaining({ kind: 'obligation', duty: 'notify', home: 'demo', who: 'residents' }),
    );
  });
});

describe('rescue', () => {
  const RESPONDER: Change = {
    kind: 'account_added',
    account: { ...CLINICIAN.account, id: 'responder', organisation: 'brigade', roles: ['responder'] },
  };
  const BRIGADE = { id: 'brigade', kind: 'fire_brigade', name: 'brigade', area: null } as const;

  it('leaves a trace and tells the people whatever it looks at', async () => {
    world.apply([
      { kind: 'organisation_added', organisation: BRIGADE },
      { kind: 'relation_added', subject: 'brigade', relation: 'responder', object: 'community-1' },
      RESPONDER,
      alarmRaised('demo'),
    ]);
    world.issue('responder', 'community');
    const duties = async (fields: string) => {
      world.audit.length = 0;
      const { data } = await ask('responder', `{ home(id: "demo", purpose: emergency) { ${fields} } }`);
      return [JSON.stringify(data), ...world.audit.flatMap((entry) => (entry.kind === 'obligation' ? entry.duty : []))];
    };
    expect(await duties('occupancy')).toEqual([expect.stringContaining('owner_occupied'), 'audit', 'notify']);
    expect(await duties(`device(id: "${CLIMATE}") { name }`)).toEqual([
      expect.stringContaining('hall/climate'),
      'audit',
      'notify',
    ]);
    expect(await duties('alarms { kind }')).toEqual([expect.stringContaining('gas_leak'), 'audit']);
  });
});

describe('an explanation', () => {
  const decisionOf = async (role: string): Promise<string> => {
    const { data } = await ask(
      role,
      `{ decide(requests: [{ home: "demo", device: "${LOCK}", property: "state" }]) { id outcome } }`,
    );
    return (data as unknown as { decide: { id: string }[] }).decide[0]!.id;
  };

  it('names policy, rule, file, line and clauses with their text, and evaluates again to the same bytes [DH-1.0.4] [DH-5.2.3-3]', async () => {
    const { data } = await ask('community_officer', EXPLAIN, {
      variables: { id: await decisionOf('community_officer') },
    });
    expect(data).toMatchObject({
      explain: {
        reader: 'requester',
        reproduced: true,
        decision: {
          outcome: 'denied',
          reasons: [
            {
              policy: 'sharing.purpose',
              rule: 'beyond_scope',
              file: 'policies/sharing/purpose/purpose.rego',
              clauses: [{ id: 'DH-7.5.6' }],
            },
          ],
        },
      },
    });
    const text = JSON.stringify(data);
    expect(text).toMatch(/"zh":"[^"]*\p{Script=Han}/u);
    expect(text).toMatch(/"en":"[^"]+/);
    const SHARED = `{ decide(requests: [{ home: "demo", device: "${CLIMATE}", property: "temperature" }]) { outcome reasons { clauses { id } } } }`;
    expect((await ask('community_officer', SHARED)).data).toMatchObject({
      decide: [{ outcome: 'reduced', reasons: [{ clauses: expect.arrayContaining([{ id: 'DH-7.5.6' }]) }] }],
    });
    expect((await everything('resident')).readings['lock state']).toBe('raw "LOCK"');
  });

  it('tells a requester nothing of the home, and its people everything', async () => {
    const id = await decisionOf('community_officer');
    const facts = async (role: string) =>
      (
        (await ask(role, EXPLAIN, { variables: { id } })).data as unknown as {
          explain: { reader: string; facts: { path: string | null; value: unknown; origin: string }[] };
        }
      ).explain;
    const requester = await facts('community_officer');
    expect(
      requester.facts.filter(({ path }) => path?.startsWith('resource.home') || path === 'resource.owners'),
    ).toEqual([]);
    expect(requester.facts).toContainEqual({ path: null, value: null, origin: 'a condition of the home' });
    const people = await facts('resident');
    expect(people.reader).toBe('people');
    expect(people.facts).toContainEqual({
      path: 'resource.home.occupancy',
      value: 'owner_occupied',
      origin: 'how the home is occupied',
    });
    const auditor = await facts('admin');
    expect(auditor.reader).toBe('auditor');
    expect(auditor.facts).toEqual(people.facts);
  });

  it('says what would have been needed, each tried by evaluating it', async () => {
    const { data } = await ask('resident', EXPLAIN, { variables: { id: await decisionOf('community_officer') } });
    const { nextBetter } = (
      data as unknown as { explain: { nextBetter: { outcome: string; changes: { condition: string }[] } } }
    ).explain;
    expect(nextBetter.outcome).toBe('raw');
    expect(nextBetter.changes.map(({ condition }) => condition)).toContain(
      'all whose datum it is had given a basis of type consent for behaviour',
    );
  });

  it('is null for whoever it is not for, as for an id that does not exist', async () => {
    const id = await decisionOf('community_officer');
    const other = await ask('tenant', EXPLAIN, { variables: { id } });
    const unknown = await ask('tenant', EXPLAIN, { variables: { id: 'no-such-decision' } });
    expect(other.text).toBe('{"data":{"explain":null}}');
    expect(unknown.text).toBe(other.text);
  });
});

const UNLOCK =
  'mutation ($device: ID!) { commandDevice(home: "demo", device: $device, values: { state: "UNLOCK" }) { accepted decisionIds } }';
const GIVE =
  'mutation ($consent: ConsentInput!) { giveConsent(consent: $consent) { id type person givenBy grantee granularity decisionId } }';
const EXPLAIN = `query ($id: ID!) {
  explain(decisionId: $id) {
    reader reproduced request
    decision { id outcome obligations bundle at reasons { policy rule file line message clauses { id zh en } } }
    facts { path value origin }
    nextBetter { outcome changes { path from to condition } }
  }
}`;
const EVERYTHING = `{
  viewer { account tier roles purpose }
  homes { totalCount nodes { id } }
  home(id: "demo") {
    id name area { id } relations outcome occupancy flags rooms { name }
    devices {
      id name room { name } model vendor kind state
      features { properties { id reading { value at outcome missing obligations decisionId } } }
    }
    alarms { id }
    leases { id }
    consents { id grantee }
  }
  rented: home(id: "demo-rented") {
    occupancy leases { id tenant state } devices { id }
  }
  statistics(area: "community-1", property: "temperature", window: hour) { count mean min max withheld k outcome }
}`;

type Reading = { value: unknown; at: string | null; outcome: string; missing: string | null; decisionId: string };
type DeviceAnswer = { id: string; features?: { properties: { id: string; reading: Reading }[] }[] };

/** Asks everything as a role: the readings by device and property in short, and all else as it came. */
async function everything(role: string) {
  const { data } = await ask(role, EVERYTHING);
  const told = data as unknown as { home: { devices: DeviceAnswer[] } | null };
  const readings: Record<string, string> = {};
  for (const { id, features } of told.home?.devices ?? []) {
    for (const { id: property, reading } of features!.flatMap(({ properties }) => properties)) {
      readings[`${NAMES[id]} ${property}`] = inShort(reading);
    }
  }
  for (const each of told.home?.devices ?? []) delete each.features;
  return { told, readings };
}

function inShort({ value, at, outcome, missing, decisionId }: Reading): string {
  expect(decisionId).toMatch(/^id\d+-\d+$/);
  const window = outcome === 'reduced' && at ? `at ${at.slice(11, 16)}` : null;
  const said = missing ?? (value === null ? null : JSON.stringify(value));
  return [outcome, said, window].filter((part) => part !== null).join(' ');
}

/** The expectation for a property that was never reported. */
function never(...outcomes: readonly string[]): string[] {
  return outcomes.map((outcome) =>
    outcome === 'raw' || outcome === 'reduced' ? `${outcome} never_reported` : outcome,
  );
}

function alarmRaised(home: string): Change {
  const raisedAt = new Date(NOW).toISOString();
  return {
    kind: 'alarm_raised',
    alarm: { id: 'alarm-1', home, kind: 'gas_leak', device: null, rule: 'gas_leak', raisedAt },
  };
}

const CLINICIAN = {
  kind: 'account_added',
  account: {
    id: 'clinician',
    person: null,
    organisation: 'demo-hospital',
    area: 'community-1',
    tier: 'community',
    roles: ['clinician'],
    assurance: 'high',
    multiFactor: true,
  },
} as const satisfies Change;

const NAMES: Readonly<Record<string, string>> = { [CLIMATE]: 'climate', [LOCK]: 'lock', 'demo:motion': 'motion' };

const DEVICES: readonly Change[] = [
  { kind: 'room_added', room: { id: 'demo:hall', home: 'demo', name: 'hall' } },
  device({ id: CLIMATE, name: 'hall/climate', vendor: 'Aqara', model: 'WSDCGQ11LM' }),
  device({ id: LOCK, name: 'hall/front_door_lock', vendor: 'Yale', model: 'YRD226/246 TSDB' }),
];

function device(known: { id: string; name: string; vendor: string; model: string }): Change {
  const address = known.id.slice('demo:'.length);
  return {
    kind: 'device_registered',
    device: { home: 'demo', room: 'demo:hall', address, trust: 'normal', ...known },
  };
}
