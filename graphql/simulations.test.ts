import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { CodedError } from '../twin/CodedError.ts';
import type { AreaBasis } from '../twin/changes.ts';
import { CATEGORIES } from '../twin/words.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf, streamsOf } from './testClient.ts';
import { SUMMER } from './testSimulator.ts';
import { NOW, repositoryPolicies, TestWorld } from './testWorld.ts';

const ALL =
  'id state by scenario proposed population startedAt endedAt progress { stage done total } report error { code message hint }';
const DAY = 86_400_000;

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
  return () => server.close();
});

/** An order that gives a regulator all data of the homes of the province. */
const ORDER: AreaBasis = {
  id: 'order',
  type: 'order',
  area: 'province',
  givenBy: 'province',
  grantee: { kind: 'regulator' },
  purposes: ['regulation'],
  categories: CATEGORIES,
  granularity: 'full',
  ends: null,
};

type Told = { readonly id: string; readonly state: string; readonly report: unknown };

const START = `mutation ($input: SimulationInput!) { told: startSimulation(input: $input) { ${ALL} } }`;
const start = (by: string, input: object = { scenario: 'summer', proposed: 'heat_wave' }) =>
  ask(by, START, { variables: { input } });
const started = async (by: string): Promise<Told> => (await start(by)).data!['told'] as unknown as Told;
const find = async (by: string, id: string): Promise<Told | null> =>
  (await ask(by, `{ told: simulation(id: "${id}") { ${ALL} } }`)).data!['told'] as unknown as Told | null;
const cancel = (by: string, id: string) => ask(by, `mutation { told: cancelSimulation(id: "${id}") { ${ALL} } }`);
const codeOf = ({ errors }: Awaited<ReturnType<typeof start>>) => errors[0]?.extensions['code'];
/** What was waited for has been written down, and the next has begun. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('whoever may ask what a draft would change', () => {
  it.each(['regulator', 'architect', 'community_officer', 'city_officer', 'admin'])(
    'has it simulated, which leaves a trace (%s)',
    async (by) => {
      const { id } = await started(by);
      const account = by === 'admin' ? null : by;
      expect(await find(by, id)).toMatchObject({
        by: account,
        scenario: 'summer',
        proposed: 'heat_wave',
        report: null,
      });
      const what = { scenario: 'summer', baseline: bundle.id, proposed: 'heat_wave', population: 'city-1-10' };
      expect(world.audit).toEqual([{ kind: 'simulation', subject: account, event: 'started', ...what }]);
    },
  );

  it('is nobody else', async () => {
    for (const by of ['resident', 'tenant', 'property_manager', 'stranger']) {
      expect(codeOf(await start(by))).toBe('access:role.missing');
      expect(codeOf(await ask(by, '{ simulations { totalCount } }'))).toBe('access:role.missing');
      expect(codeOf(await ask(by, '{ simulation(id: "x") { id } }'))).toBe('access:role.missing');
    }
    expect(codeOf(await ask(null, START))).toBe('access:token.missing');
    expect([world.simulator.begun, world.audit]).toEqual([[], []]);
  });

  it('has nothing simulated when that cannot be written down, or no bundle is active', async () => {
    world.recordsFail = true;
    world.auditFails = true;
    expect(codeOf(await start('regulator'))).toBe('engine:records.unavailable');
    world.auditFails = false;
    expect((await start('regulator')).data).toBeNull();
    world.recordsFail = false;
    world.bundle = null;
    expect(codeOf(await start('regulator'))).toMatch(/^(?:policy:bundle.missing|engine:unready)$/);
    world.bundle = bundle;
    expect(world.simulator.begun).toEqual([]);
    expect((await ask('admin', '{ simulations { totalCount } }')).data).toEqual({ simulations: { totalCount: 0 } });
  });

  it('has it played exactly on the twin where a policy allows exact counts, for as long as it does', async () => {
    const live = { scenario: 'summer', proposed: 'heat_wave', population: 'live' };
    const refused = await start('architect', live);
    expect(refused.errors[0]?.extensions['code']).toBe('access:denied');
    expect(world.records.get(String(refused.errors[0]?.extensions['decisionId']))?.outcome).toBe('denied');
    expect([world.simulator.begun, world.kept.size]).toEqual([[], 0]);
    expect((await start('admin', live)).data).toMatchObject({ told: { population: 'twin' } });
    world.simulator.end({ cells: 1 });

    world.apply([{ kind: 'area_basis_given', basis: ORDER }]);
    const { id } = (await start('regulator', live)).data!['told'] as unknown as Told;
    world.simulator.end({ cells: 2 });
    await settled();
    const both = await ask('regulator', `{ simulation(id: "${id}") { state report html context } }`);
    const told = { report: { cells: 2 }, html: '<!doctype html>{"cells":2}', context: { scenario: {}, areas: [] } };
    expect(both.data).toEqual({ simulation: { state: 'done', ...told } });
    world.apply([{ kind: 'area_basis_ended', basis: ORDER.id, reason: 'withdrawn' }]);
    const { data, errors } = await ask('regulator', `{ simulation(id: "${id}") { state report context } }`);
    expect(data).toEqual({ simulation: { state: 'done', report: null, context: null } });
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual([
      'access:guard.not_exact',
      'access:guard.not_exact',
    ]);
  });

  it('has it played under noise on the twin where a policy allows tables, for what the budget leaves', async () => {
    const live = { scenario: 'summer', proposed: 'heat_wave', population: 'live' };
    const past = SUMMER.replace(/^population: .*$/m, 'population: { at: 2026-11-01T00:00:00Z }');
    expect(codeOf(await start('regulator', { scenarioText: past, proposed: 'x' }))).toBe('scenario:guard.refused');
    const { id } = (await start('regulator', { ...live, units: 3 })).data!['told'] as unknown as Told;
    const guard = world.simulator.guard!;
    expect(guard.right).toEqual({ kind: 'guarded', k: 10, level: 'community' });
    const taken = await guard.take({ questionsOf: () => [] });
    const bundles = { baseline: bundle.id, proposed: 'draft' };
    expect(await guard.pay(bundles)).toMatchObject({ k: 10, day: '2026-11-04', units: 3, left: 17 });
    world.simulator.end({ kind: 'guarded' });
    await settled();
    const read = () => ask('regulator', `{ simulation(id: "${id}") { report } }`);
    expect((await read()).data).toEqual({ simulation: { report: { kind: 'guarded' } } });

    // Whatever happens in between, the homes of the day stay, and the same answer costs nothing more.
    world.apply([{ kind: 'home_flagged', home: 'demo', flag: 'medical_care', on: true }]);
    await start('regulator', { ...live, units: 3 });
    const again = await world.simulator.guard!.take({ questionsOf: () => [] });
    expect(again.snapshot.revision).toBe(taken.snapshot.revision);
    expect((await world.simulator.guard!.pay(bundles)).left).toBe(17);
    expect(world.graph.guardedAnswers.size).toBe(1);
    world.simulator.end({ kind: 'guarded' });
    await settled();
    world.clock.advance(DAY);
    world.issue('regulator', 'province');
    world.tokens.set('tw_regulator', {
      kind: 'account',
      account: 'regulator',
      tier: 'province',
      expiresAt: NOW + 3 * DAY,
    });
    await start('regulator', live);
    const next = await world.simulator.guard!.take({ questionsOf: () => [] });
    expect(next.snapshot.revision).toBeGreaterThan(taken.snapshot.revision);
    expect((await world.simulator.guard!.pay(bundles)).left).toBe(16);
  });

  it('has tables alone of the area that it serves as an office', async () => {
    const live = { proposed: 'heat_wave', population: 'live' };
    const ofCity = { ...live, scenarioText: SUMMER.replace('area: province', 'area: city') };
    expect(codeOf(await start('city_officer', ofCity))).toBeUndefined();
    expect(world.simulator.guard?.right).toEqual({ kind: 'guarded', k: 10, level: 'community' });
    expect(codeOf(await start('community_officer', ofCity))).toBe('access:denied');
    expect(codeOf(await start('city_officer', { ...live, scenario: 'summer' }))).toBe('access:denied');
  });

  it('is refused what tables under noise do not tell, and pays nothing for that', async () => {
    const asked = (more: string) => ({
      scenarioText: `${SUMMER.replace('population: { seed: 1, homes: 10 }', 'population: live')}${more}`,
      proposed: 'heat_wave',
    });
    for (const more of ['properties: [temperature]', 'report_by: building', 'grades: [core]']) {
      expect(codeOf(await start('regulator', asked(`${more}\n`)))).toBe('scenario:guard.refused');
    }
    expect(world.simulator.begun).toEqual([]);
    expect(codeOf(await start('regulator', asked('report_by: community\n')))).toBeUndefined();
    expect(world.graph.guardedAnswers.size).toBe(0);
  });

  it('sees their own alone, and the administrator all', async () => {
    const { id } = await started('regulator');
    expect(await find('architect', id)).toBeNull();
    const missing = await cancel('architect', 'none');
    expect((await cancel('architect', id)).text.replaceAll(id, 'none')).toBe(missing.text);
    const list = '{ simulations { totalCount nodes { id } } }';
    expect((await ask('architect', list)).data).toEqual({ simulations: { totalCount: 0, nodes: [] } });
    expect((await ask('admin', list)).data).toEqual({ simulations: { totalCount: 1, nodes: [{ id }] } });
    const stream = await streamsOf(server)('architect', `subscription { simulationChanged(id: "${id}") { id } }`);
    expect(await stream.next()).toMatchObject({ errors: [{ extensions: { code: 'engine:simulation.not_found' } }] });
    expect(await stream.next()).toBe('complete');
  });

  it.each([
    [{ scenario: 'winter', proposed: 'heat_wave' }, 'scenario:document.not_found'],
    [{ scenario: 'summer', scenarioText: SUMMER, proposed: 'heat_wave' }, 'scenario:input.invalid'],
    [{ proposed: 'heat_wave' }, 'scenario:input.invalid'],
    [{ scenarioText: 'name: [', proposed: 'heat_wave' }, 'scenario:document.invalid'],
  ])('is told at once what cannot be played (%j)', async (input, code) => {
    expect(codeOf(await start('regulator', input))).toBe(code);
    expect(world.audit).toEqual([]);
  });
});

describe('a simulation', () => {
  it('waits, runs, and is done, each told to whoever follows it', async () => {
    const first = await started('architect');
    const { id } = await started('regulator');
    const stream = await streamsOf(server)(
      'regulator',
      `subscription { simulationChanged(id: "${id}") { state progress { stage done total } report } }`,
    );
    const next = async () => ((await stream.next()) as { data: { simulationChanged: object } }).data.simulationChanged;
    expect(await next()).toEqual({ state: 'waiting', progress: null, report: null });
    world.simulator.end({ cells: 1 });
    expect(await next()).toMatchObject({ state: 'running', progress: { stage: 'preparing' } });
    await settled();
    world.clock.advance(200);
    world.simulator.tell(3, 10);
    expect(await next()).toEqual({
      state: 'running',
      progress: { stage: 'reading_homes', done: 3, total: 10 },
      report: null,
    });
    world.simulator.end({ cells: 2 });
    expect(await next()).toEqual({ state: 'done', progress: null, report: { cells: 2 } });
    expect(await stream.next()).toBe('complete');
    expect((await find('architect', first.id))?.report).toEqual({ cells: 1 });
  });

  it('is stopped wherever it is, and the next one begins', async () => {
    const [running, waiting, last] = [
      await started('regulator'),
      await started('regulator'),
      await started('regulator'),
    ];
    expect((await cancel('regulator', waiting.id)).data).toMatchObject({ told: { state: 'cancelled' } });
    expect((await cancel('regulator', running.id)).data).toMatchObject({ told: { state: 'cancelled', report: null } });
    await settled();
    expect(await find('regulator', last.id)).toMatchObject({ state: 'running' });
    expect(world.simulator.begun).toHaveLength(2);
    expect(world.audit.filter((entry) => entry.kind === 'simulation' && entry.event === 'cancelled')).toHaveLength(2);
    world.simulator.end({});
    await settled();
    expect((await cancel('regulator', last.id)).data).toMatchObject({ told: { state: 'done' } });
  });

  it('that fails tells why, and of our own mistakes nothing', async () => {
    const { id } = await started('regulator');
    world.simulator.fail(new CodedError('policy:draft.invalid', 'the draft has 1 problem(s)', { hint: 'x.rego:1' }));
    await settled();
    expect(await find('regulator', id)).toMatchObject({
      state: 'failed',
      error: { code: 'policy:draft.invalid', message: 'the draft has 1 problem(s)', hint: 'x.rego:1' },
    });
    const other = await started('regulator');
    world.simulator.fail(new CodedError('store:corrupt', 'the file /srv/secret is broken'));
    await settled();
    const told = await find('regulator', other.id);
    expect(told).toMatchObject({ state: 'failed', error: { code: 'engine:internal' } });
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('that takes too long is ended', async () => {
    const { id } = await started('regulator');
    world.clock.advance(30 * 60_000);
    await settled();
    expect(await find('regulator', id)).toMatchObject({
      state: 'failed',
      error: { code: 'engine:simulation.too_long' },
    });
  });

  it('is refused when too many wait, of one who asks and of all', async () => {
    for (let count = 0; count < 5; count++) await started('regulator');
    const refused = await start('regulator');
    expect(codeOf(refused)).toBe('engine:simulations.full');
    expect(refused.errors[0]?.message).toBe('4 simulations of yours are waiting, and no more may');
    expect((await start('architect')).data).not.toBeNull();
  });
});

describe('what came of simulations', () => {
  it('survives a start, and what ran then is interrupted', async () => {
    const first = await started('regulator');
    world.simulator.end({ cells: 1 });
    await settled();
    const second = await started('regulator');
    await settled();
    const again = world.openSimulations();
    await again.open();
    expect(await again.played(first.id)).toMatchObject({ report: { cells: 1 } });
    expect(again.find(second.id)).toMatchObject({ state: 'interrupted', progress: null });
    expect(again.all().map(({ id }) => id)).toEqual([second.id, first.id]);
    await world.simulations.close();
    expect(world.kept.get(second.id)?.simulation).toMatchObject({ state: 'interrupted', progress: null });
  });

  it('is kept for a month, and the latest thirty of each who asks', async () => {
    for (let count = 0; count < 32; count++) {
      await started('regulator');
      world.simulator.end({ count });
      await settled();
    }
    expect([...world.kept.values()].map(({ report }) => JSON.parse(String(report)).report.count).slice(0, 2)).toEqual([
      2, 3,
    ]);
    world.clock.advance(30 * DAY + 1);
    world.issue('architect', 'city');
    world.tokens.set('tw_architect', { ...world.tokens.get('tw_architect')!, expiresAt: Number.POSITIVE_INFINITY });
    const { id } = await started('architect');
    world.simulator.end({});
    await settled();
    expect([...world.kept.keys()]).toEqual([id]);
  });
});
