import { expect, it } from 'vitest';
import type { StagedDecision } from '../engine/Bundles.ts';
import { createHttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { type Probe, probePolicies } from './testPolicies.ts';
import { TestWorld } from './testWorld.ts';

const HOMES = Array.from({ length: 12 }, (_, index) => `home-${index + 1}`);
const said = (outcome: 'raw' | 'aggregate', ...obligations: object[]): Probe => {
  const all = { outcome, obligations };
  return { general_1: all, general_2: all, general_3: all, general_4: all };
};

it('answers about many homes while a bundle is rolled out: each under its own, statistics by the stricter terms', async () => {
  const active = await probePolicies(said('raw'));
  const next = await probePolicies(said('aggregate', { type: 'aggregate', k: 11, area: 'community', window: 'PT1H' }));
  const world = new TestWorld(active);
  const watched: StagedDecision[] = [];
  world.staged = { bundle: next, watch: (decided) => watched.push(decided) };
  world.graph.rollOut({ salt: 's', percent: 50 });
  const inside = HOMES.filter((home) => world.graph.cohortOf(home) === 'rollout');
  expect(inside.length).toBeGreaterThan(2);
  expect(inside.length).toBeLessThan(11);
  for (const home of HOMES) world.report(home, `${home}:0x01`, { temperature: 20 });
  const server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  const ask = clientOf(server);

  const { data } = await ask(
    'city_officer',
    '{ readings(area: "building-2", property: "temperature", purpose: research) { homeId reading { value outcome decisionId } } }',
  );
  const rows = (
    data as unknown as {
      readings: { homeId: string; reading: { value: unknown; outcome: string; decisionId: string } }[];
    }
  ).readings;
  for (const { homeId, reading } of rows) {
    const isInside = inside.includes(homeId);
    expect(reading).toMatchObject(isInside ? { value: null, outcome: 'aggregate' } : { value: 20, outcome: 'raw' });
    expect(world.records.get(reading.decisionId)!.bundle).toBe(isInside ? next.id : active.id);
  }
  expect(rows.length).toBeGreaterThanOrEqual(HOMES.length);
  expect(watched.reduce((sum, { cells }) => sum + cells, 0)).toBeGreaterThanOrEqual(inside.length);

  // Those of the cohort are fewer than the eleven that their bundle asks for, and so are the others without them.
  const count =
    '{ statistics(area: "community-1", property: "temperature", window: hour, purpose: research) { count k withheld } }';
  expect((await ask('city_officer', count)).data).toEqual({ statistics: { count: null, k: 11, withheld: true } });
  world.graph.rollOut(null);
  const { statistics } = (await ask('city_officer', count)).data as unknown as { statistics: { count: number } };
  expect(statistics.count).toBeGreaterThanOrEqual(HOMES.length);
  await server.close();
});
