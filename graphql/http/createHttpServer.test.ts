import { brotliCompressSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../../engine/Bundles.ts';
import { MOST_BUNDLE_BYTES } from '../../engine/bundle/BundleFile.ts';
import { TIERS } from '../../twin/words.ts';
import { clientOf, streamsOf } from '../testClient.ts';
import { repositoryPolicies, TestWorld } from '../testWorld.ts';
import { createHttpServer, type HttpServer } from './createHttpServer.ts';
import { gradesOfTier } from './gradesOfTier.ts';

const LOCK = 'demo-rented:0x00158d00045c0004';

let bundle: Bundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bundle = await repositoryPolicies();
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
});
afterEach(() => server.close());

describe('the endpoints of the tiers', () => {
  it.each(TIERS)('refuse at /%s/graphql the tokens of every other tier, without data [DH-5.4.4-1]', async (tier) => {
    for (const { id, tier: own } of world.graph.accounts.values()) {
      const { status, text } = await ask(id, '{ viewer { tier } }', { path: `/${tier}/graphql` });
      if (own === tier) {
        expect([status, text]).toEqual([200, `{"data":{"viewer":{"tier":"${tier}"}}}`]);
      } else {
        expect(status).toBe(403);
        expect(Object.keys(JSON.parse(text))).toEqual(['errors']);
        expect(JSON.parse(text).errors[0].extensions).toEqual({ code: 'access:tier.mismatch' });
      }
    }
  });

  it('serve data of their own grades only [DH-5.4.4-1]', async () => {
    const query = `{ home(id: "demo-rented") { device(id: "${LOCK}") { features { properties { id label { grade } } } } } }`;
    const gradesFor = async (account: string, path: string) => {
      const { text } = await ask(account, query, { path });
      return [...new Set([...text.matchAll(/"grade":"(\w+)"/g)].map(([, grade]) => grade!))];
    };
    expect(await gradesFor('tenant', '/home/graphql')).toEqual(expect.arrayContaining(['general_4', 'important']));
    for (const [account, tier] of [
      ['property_manager', 'property'],
      ['community_officer', 'community'],
      ['city_officer', 'city'],
    ] as const) {
      const grades = await gradesFor(account, `/${tier}/graphql`);
      expect(grades.length).toBeGreaterThan(0);
      expect(grades.filter((grade) => !(gradesOfTier[tier] as readonly string[]).includes(grade))).toEqual([]);
    }
    expect(await gradesFor('property_manager', '/property/graphql')).not.toContain('general_4');
  });

  it('let nobody in without a token [SC-6.3.5-1]', async () => {
    const { status, text, headers } = await ask(null, '{ __typename }', { path: '/city/graphql' });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(JSON.parse(text)).toEqual({
      errors: [{ message: 'this endpoint needs a token', extensions: { code: 'access:token.missing' } }],
    });
  });
});

describe('a token', () => {
  it('that is unknown, malformed or expired is refused [SH-8.2.2-p]', async () => {
    for (const path of ['/graphql', '/home/graphql']) {
      const { status, errors, data } = await ask('nobody', '{ __typename }', { path });
      expect([status, errors[0]?.extensions['code'], data]).toEqual([401, 'access:token.invalid', undefined]);
    }
    for (const authorization of ['Basic dHdfcmVzaWRlbnQ6', 'tw_resident', 'Bearer', 'Bearer tw_resident x']) {
      expect((await fetch(`${server.url}/graphql?query={__typename}`, { headers: { authorization } })).status).toBe(
        401,
      );
    }
    world.clock.advance(86_400_001);
    expect((await ask('resident', '{ __typename }')).status).toBe(401);
  });

  it('counts in the header alone', async () => {
    const url = `${server.url}/home/graphql?query={__typename}&access_token=tw_resident&authorization=Bearer%20tw_resident`;
    expect((await fetch(url)).status).toBe(401);
  });

  it('of an account that has moved to another tier is refused', async () => {
    world.issue('resident', 'city');
    expect((await ask('resident', '{ __typename }')).errors[0]?.extensions['code']).toBe('access:token.invalid');
  });
});

describe('the anonymous caller', () => {
  it('sees `__typename` and nothing else [SH-8.2.1.1-d]', async () => {
    expect((await ask(null, '{ __typename }')).text).toBe('{"data":{"__typename":"Query"}}');
    for (const query of [
      '{ viewer { tier } }',
      '{ home(id: "demo") { devices { id model } } }',
      '{ __schema { types { name } } }',
      '{ __type(name: "Home") { name } }',
      '{ ...on Query { __typename } }',
      'mutation { endLease(home: "a", lease: "b") { id } }',
      'subscription { alarmChanged { id } }',
      '{ __typename @deprecated }',
    ]) {
      const { data, errors } = await ask(null, query);
      expect(data, query).toBeUndefined();
      expect(errors[0]?.extensions, query).toEqual({ code: 'access:token.missing' });
    }
  });

  it('learns no names of the schema from the messages of the validator', async () => {
    const { text } = await ask(null, '{ home }');
    expect(text).not.toContain('Did you mean');
    expect(text).toBe((await ask(null, '{ nonsense }')).text);
  });
});

describe('what a request may be', () => {
  it('is introspected by whoever has a token', async () => {
    const { text } = await ask('resident', '{ __type(name: "Outcome") { enumValues { name } } }');
    expect(text).toContain('"pseudonymous"');
  });

  it('changes nothing by GET', async () => {
    const get = (query: string, accept = 'application/json') =>
      fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { authorization: 'Bearer tw_tenant', accept },
      });
    expect(await (await get('{ viewer { account } }')).json()).toEqual({ data: { viewer: { account: 'tenant' } } });
    expect((await get('mutation { endLease(home: "demo-rented", lease: "demo-lease") { id } }')).status).toBe(405);
    expect((await get('subscription { alarmChanged { id } }', 'text/event-stream')).status).toBe(405);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    '',
  ])('is no form that a foreign page could send (%s)', async (type) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...(type ? { 'content-type': type } : {}), authorization: 'Bearer tw_tenant' },
      body: new TextEncoder().encode('{"query":"{__typename}"}'),
    });
    expect(response.status).toBe(415);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is bounded in size, depth, aliases, tokens and cost', async () => {
    const deep = `{ areas ${'{ children '.repeat(20)}{ id }${' }'.repeat(20)} }`;
    const aliases = `{ ${Array.from({ length: 60 }, (_, index) => `a${index}: viewer { tier }`).join(' ')} }`;
    const tokens = `{ ${'viewer { tier } '.repeat(2_000)} }`;
    const costly =
      '{ homes(first: 200) { nodes { devices { features { properties { id reading { value } label { grade } } } } } } a: homes(first: 200) { nodes { devices { features { properties { id reading { value } label { grade } } } } } } b: homes(first: 90000) { nodes { id name devices { id } } } }';
    for (const query of [deep, aliases, tokens, costly]) {
      const { data, errors } = await ask('city_officer', query);
      expect(data, query.slice(0, 60)).toBeUndefined();
      expect(errors.length, query.slice(0, 60)).toBeGreaterThan(0);
    }
    expect((await ask('city_officer', `{ __typename } # ${'x'.repeat(300_000)}`)).status).toBe(413);
  });

  it('is not a batch', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer tw_tenant' },
      body: '[{"query":"{__typename}"},{"query":"{__typename}"}]',
    });
    expect(response.status).toBe(400);
  });

  it('asks for pages of a bounded length', async () => {
    const { errors } = await ask('city_officer', '{ homes(first: 201) { totalCount } }');
    expect(errors[0]?.extensions['code']).toBe('access:page.out_of_range');
  });
});

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), authorization: 'Bearer tw_resident' },
      }),
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s: %s', async (_id, _name, audit) => {
    const result = await audit.fn();
    expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
  });
});

describe('what was decided', () => {
  const READ = '{ home(id: "demo-rented") { outcome decisionId } }';

  it('is written down before the answer leaves, with who asked for what and how [CC-4.2.3.3-c-3]', async () => {
    const { data } = await ask('tenant', READ);
    const { decisionId } = (data as unknown as { home: { decisionId: string } }).home;
    expect(world.records.get(decisionId)).toMatchObject({
      outcome: 'raw',
      asking: { subject: { account: 'tenant' }, action: 'read', channel: 'api' },
      resources: expect.arrayContaining([{ type: 'home', home: 'demo-rented', id: 'demo-rented' }]),
    });
  });

  it('is not answered when it cannot be written down, and nothing is changed [CC-4.2.3.3-c-3]', async () => {
    world.recordsFail = true;
    for (const query of [READ, 'mutation { endLease(home: "demo-rented", lease: "demo-lease") { id } }']) {
      const { data, errors } = await ask('property_manager', query);
      expect(data ?? null).toBeNull();
      expect(errors[0]?.extensions['code']).toBe('engine:records.unavailable');
    }
    expect((await ask('tenant', READ)).status).toBe(503);
    expect(world.graph.lease('demo-rented', 'demo-lease').state).toBe('active');
  });

  it.each(['{ viewer { tier } }', READ, '{ homes { totalCount } }'])(
    'is nothing without a bundle: %s',
    async (query) => {
      world.bundle = null;
      const { status, text, errors } = await ask('tenant', query);
      expect([status, Object.keys(JSON.parse(text))]).toEqual([503, ['errors']]);
      expect(errors[0]?.extensions['code']).toBe('engine:unready');
    },
  );
});

describe('the administrator', () => {
  it('issues tokens, and an ordinary user is refused [DH-6.2.4-1] [SC-6.3.5-1]', async () => {
    const ISSUE = 'mutation { issueToken(account: "tenant") }';
    expect((await ask('admin', ISSUE)).data).toEqual({ issueToken: 'tw_fresh_tenant' });
    const { data, errors } = await ask('architect', ISSUE);
    expect([data, errors[0]?.extensions['code']]).toEqual([null, 'access:role.missing']);
  });

  it('alone hands in bundles, and is told why one is refused before it is read', async () => {
    const handIn = (bytes: Buffer) => `mutation { activateBundle(bundle: "${bytes.toString('base64')}") { proof } }`;
    const bomb = brotliCompressSync(Buffer.alloc(MOST_BUNDLE_BYTES + 2));
    for (const [bytes, code] of [
      [brotliCompressSync('{}'), 'policy:bundle.unsigned'],
      [Buffer.from('garbage'), 'policy:bundle.unreadable'],
      [bomb, 'policy:bundle.too_large'],
    ] as const) {
      expect((await ask('admin', handIn(bytes))).errors[0]?.extensions['code']).toBe(code);
    }
    for (const document of [
      handIn(bomb),
      'mutation { rollBackBundle(to: "1") { proof } }',
      'mutation { cancelActivation(number: 1) { number } }',
      '{ bundles { active } }',
      'mutation { startRollout(bundle: "") { changes } }',
      'mutation { advanceRollout { state } }',
      'mutation { stopRollout { state } }',
    ]) {
      const { data, errors } = await ask('architect', document);
      expect([data, errors[0]?.extensions['code']]).toEqual([null, 'access:role.missing']);
    }
    expect((await ask('architect', '{ rollout { state } }')).errors[0]?.extensions['code']).toBe('access:role.missing');
  });

  it('alone asks whether the audit is as it was written [CC-4.1.6-c-2]', async () => {
    expect((await ask('admin', '{ verifyAudit }')).errors).toEqual([]);
    for (const role of [
      'resident',
      'property_manager',
      'community_officer',
      'city_officer',
      'architect',
      'regulator',
    ]) {
      const { data, errors } = await ask(role, '{ verifyAudit }');
      expect([data, errors[0]?.extensions['code']]).toEqual([null, 'access:role.missing']);
    }
  });

  it('sees which devices there are and no reading of them, not even public ones', async () => {
    const { data } = await ask(
      'admin',
      '{ home(id: "home-1") { devices { name model features { properties { reading { outcome } } } } } }',
    );
    const text = JSON.stringify(data);
    expect(text).toContain('"name":null,"model":"WSDCGQ11LM"');
    expect([...text.matchAll(/"outcome":"(\w+)"/g)].map(([, outcome]) => outcome)).toEqual(Array(8).fill('denied'));
  });

  it('reads the dead letters of all homes, and people those of their own', async () => {
    const LETTERS = '{ deadLetters { code homeId topic } }';
    const letters = { deadLetters: [{ code: 'payload.not_json', homeId: 'demo', topic: 'zigbee2mqtt/hall' }] };
    expect((await ask('admin', LETTERS)).data).toEqual(letters);
    expect((await ask('resident', LETTERS)).data).toEqual(letters);
    expect((await ask('tenant', LETTERS)).data).toEqual({ deadLetters: [] });
    expect((await ask('city_officer', LETTERS)).data).toEqual({ deadLetters: [] });
  });
});

describe('alarms as they happen', () => {
  const raise = (home: string, id: string) =>
    world.apply([
      {
        kind: 'alarm_raised',
        alarm: { id, home, kind: 'smoke', device: null, rule: 'smoke', raisedAt: '2026-05-04T05:20:00.000Z' },
      },
    ]);

  it('reach those who may read them, each decided and written down first', async () => {
    const stream = await streamsOf(server)(
      'community_officer',
      'subscription { alarmChanged(area: "community-1") { id homeId kind state decisionId } }',
    );
    raise('home-far', 'of another community');
    raise('home-1', 'first');
    world.apply([{ kind: 'alarm_transitioned', home: 'home-1', alarm: 'first', to: 'acknowledged', by: null }]);
    const [raised, moved] = [await stream.next(), await stream.next()];
    expect(raised).toMatchObject({
      data: { alarmChanged: { id: 'first', homeId: 'home-1', kind: 'smoke', state: 'raised' } },
    });
    expect(moved).toMatchObject({ data: { alarmChanged: { id: 'first', state: 'acknowledged' } } });
    const { decisionId } = (raised as { data: { alarmChanged: { decisionId: string } } }).data.alarmChanged;
    expect(world.records.get(decisionId)?.outcome).toBe('raw');
    stream.cancel();
  });

  it('are told without data when their decisions cannot be written down', async () => {
    const stream = await streamsOf(server)('community_officer', 'subscription { alarmChanged { id } }');
    world.recordsFail = true;
    raise('demo', 'first');
    const event = (await stream.next()) as { data?: unknown; errors: { extensions: { code: string } }[] };
    expect(event.data).toBeUndefined();
    expect(event.errors[0]?.extensions.code).toBe('engine:records.unavailable');
    stream.cancel();
  });

  it("reach the home's own people when they are of life safety, whatever has failed", async () => {
    const stream = await streamsOf(server)('resident', 'subscription { alarmChanged { id kind decisionId } }');
    world.recordsFail = true;
    raise('demo', 'unrecorded');
    expect(await stream.next()).toMatchObject({ data: { alarmChanged: { id: 'unrecorded', kind: 'smoke' } } });
    world.bundle = null;
    raise('demo', 'undecided');
    expect(await stream.next()).toEqual({
      data: { alarmChanged: { id: 'undecided', kind: 'smoke', decisionId: 'life_safety' } },
    });
    stream.cancel();
  });

  it('reach nobody else without a decision', async () => {
    const stream = await streamsOf(server)('community_officer', 'subscription { alarmChanged { id } }');
    const { bundle: active } = world;
    world.bundle = null;
    raise('demo', 'undecided');
    world.bundle = active;
    raise('demo', 'decided');
    expect(await stream.next()).toEqual({ data: { alarmChanged: { id: 'decided' } } });
    stream.cancel();
  });

  it('end when the token expires', async () => {
    const stream = await streamsOf(server)('resident', 'subscription { alarmChanged { id } }');
    world.clock.advance(86_400_001);
    expect(await stream.next()).toBe('complete');
    expect(world.listeners).toBe(0);
  });

  it('end when the account changes', async () => {
    const stream = await streamsOf(server)('community_officer', 'subscription { alarmChanged { id } }');
    const account = { ...world.graph.accounts.get('community_officer')!, area: 'community-2', roles: [] };
    world.apply([{ kind: 'account_added', account }]);
    raise('demo', 'of the area it had');
    expect(await stream.next()).toBe('complete');
  });

  it('end when the lease does', async () => {
    const stream = await streamsOf(server)('tenant', 'subscription { alarmChanged(home: "demo-rented") { id } }');
    await ask('property_manager', 'mutation { endLease(home: "demo-rented", lease: "demo-lease") { id } }');
    raise('demo-rented', 'too late');
    expect(await stream.next()).toBe('complete');
  });

  it('of a home that the caller cannot see are refused as those of one that does not exist', async () => {
    const refusal = async (home: string) =>
      (await ask('stranger', `subscription { alarmChanged(home: "${home}") { id } }`)).text.replaceAll(home, 'x');
    expect(await refusal('demo')).toBe(await refusal('nowhere'));
    expect(await refusal('demo')).toContain('twin:home.not_found');
  });

  it('leave no listener behind when the client goes', async () => {
    const stream = await streamsOf(server)('resident', 'subscription { alarmChanged { id } }');
    expect(world.listeners).toBe(1);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('twinward_streams 1');
    stream.cancel();
    await expect.poll(() => world.listeners).toBe(0);
  });

  it('do not hold up closing', async () => {
    const stream = await streamsOf(server)('resident', 'subscription { alarmChanged { id } }');
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await stream.next()).toBe('complete');
    server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  });
});

describe('beside GraphQL', () => {
  it('health, readiness with reasons, and metrics are told', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ ready: true, reasons: [] });
    await ask('tenant', '{ home(id: "demo-rented") { outcome } }');
    await ask('tenant', '{ viewer { tier } }', { path: '/city/graphql' });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('twinward_decisions_total{outcome="raw"} 1');
    expect(metrics).toContain('twinward_requests_refused_total{code="access:tier.mismatch"} 1');
    expect(metrics).toMatch(/twinward_request_duration_seconds_count\{endpoint="\/graphql",status="200"\} 1/);
    expect(metrics).toContain('nodejs_eventloop_lag_seconds');
    world.bundle = null;
    const unready = await fetch(`${server.url}/readyz`);
    expect([unready.status, await unready.json()]).toEqual([503, { ready: false, reasons: ['no bundle is active'] }]);
  });

  it('there is a page in a demo, and nothing in production', async () => {
    expect((await fetch(server.url)).status).toBe(404);
    const demo = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: true });
    const page = await (await fetch(demo.url)).text();
    await demo.close();
    expect(page).toContain('/province/graphql');
    expect(page).not.toMatch(/src=|https?:/);
  });

  it('a taken port is named with the variable to set', async () => {
    const second = createHttpServer(world.ports, { host: '127.0.0.1', port: server.port, demo: false });
    await expect(second).rejects.toMatchObject({
      code: 'config:port.taken',
      message: `HTTP port \`${server.port}\` of \`127.0.0.1\` is taken`,
      hint: expect.stringContaining('TWINWARD_HTTP_PORT'),
    });
  });
});
