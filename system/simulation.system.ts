import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withOptions } from '../cli/simulate/chooseScenario.ts';
import { sidePortsOf } from '../cli/simulate/sidePorts.ts';
import { readVersion } from '../cli/version.ts';
import { Columns } from '../engine/census/Columns.ts';
import { graphSource } from '../engine/census/graphSource.ts';
import { loadSides } from '../engine/sides/loadSides.ts';
import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { simulate } from '../engine/simulate.ts';
import { readClosedFolder } from '../graphql/dataFolder/readClosedFolder.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { Program, ROOT, until } from './Program.ts';

const scenarioFile = join(ROOT, 'simulators/scenarios/property_manager.yaml');
/** What is read alone: when a device was last heard matters to commands, and is not in the log of changes. */
const scenarioText = readFileSync(scenarioFile, 'utf8')
  .replace(/^population: .*$/m, 'population: live')
  .replace(/^actions: .*$/m, 'actions: [read]');
const LIVE = { scenarioText, proposed: 'quick_fix' };
/** A city that takes longer to read than a test waits. */
const LONG = { scenario: 'heat_wave_elderly_care', proposed: 'heat_wave', homes: 1_000_000 };

const program = new Program();
let token: string;

beforeAll(async () => {
  await program.start();
  ({ token } = program.server);
});
afterAll(() => program.remove());

type Told = { readonly id: string; readonly state: string; readonly progress: { readonly stage: string } | null };

async function ask(query: string, variables: object = {}): Promise<any> {
  const response = await fetch(`${program.server.http}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  expect(errors).toBeUndefined();
  return data.told;
}

const start = (input: object): Promise<Told> =>
  ask('mutation ($input: SimulationInput!) { told: startSimulation(input: $input) { id state } }', { input });
const find = (id: string, fields = ''): Promise<any> =>
  ask(`{ told: simulation(id: "${id}") { id state error { code message } progress { stage } ${fields} } }`);

/** All that a subscription tells of a simulation, until it has ended. */
async function follow(id: string): Promise<readonly Told[]> {
  const response = await fetch(`${program.server.http}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: `subscription { told: simulationChanged(id: "${id}") { id state progress { stage } } }`,
    }),
  });
  const text = await response.text();
  return [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data!).data.told as Told);
}

/** Alarms that come and go in the demo home and consents that are given and taken back, until it is told to end. */
async function pourIn(ended: () => boolean): Promise<number> {
  const client = await program.connect();
  const resident = await program.token('--as', 'resident');
  let messages = 0;
  for (let turn = 0; !ended(); turn += 1) {
    const gas = turn % 2 === 0;
    await client.publishAsync('zigbee2mqtt/kitchen/gas', JSON.stringify({ gas, last_seen: new Date().toISOString() }), {
      qos: 1,
    });
    messages += 1;
    if (turn % 20 === 0) {
      const given = await program.ask(
        'mutation { giveConsent(consent: { home: "demo", grantee: "demo-hospital", purposes: [care], categories: [environment], granularity: full }) { id } }',
        { token: resident },
      );
      const { id } = given.body['data'].giveConsent;
      await program.ask(`mutation { withdrawConsent(home: "demo", consent: "${id}") { id } }`, { token: resident });
    }
    await sleep(2);
  }
  await client.endAsync();
  return messages;
}

/** The report of a twin that is folded from the log up to a revision, and nothing else. */
async function reportAt(revision: number): Promise<unknown> {
  const graph = new TwinGraph();
  await readClosedFolder(program.folder, async ({ store }) => {
    for await (const { change } of store.changes(0)) {
      if (graph.revision < revision) graph.apply(change);
    }
  });
  const scenario = withOptions(parseScenario(scenarioText, 'scenario'), { proposed: 'quick_fix' });
  const sides = await loadSides(
    scenario,
    sidePortsOf({ folder: program.folder, paths: false, records: async () => [] }),
  );
  const columns = await Columns.build(graphSource(graph));
  return simulate(scenario, { population: 'twin', columns, version: readVersion(), ...sides });
}

/** A report without when the devices of its witnesses were last heard. */
const withoutContacts = (report: unknown): unknown =>
  JSON.parse(JSON.stringify(report).replaceAll(/"last_seen":"(?:never|fresh|stale)"/g, '"last_seen":null'));

describe('a simulation on the live twin', () => {
  it('is exact at its revision while messages pour in, as the log says afterwards', async () => {
    let done = false;
    const pouring = pourIn(() => done);
    await sleep(500);
    const { id } = await start(LIVE);
    const told = await follow(id);
    done = true;
    const messages = await pouring;
    expect(told.at(-1)).toMatchObject({ state: 'done' });
    expect(new Set(told.map(({ progress }) => progress?.stage))).toContain('counting');
    expect(messages).toBeGreaterThan(100);

    const { report } = await find(id, 'report');
    console.log(`revision ${report.revision} during ${messages} messages, ${report.cells} cells`);
    expect(report.population).toMatchObject({ id: 'twin', homes: 2_002 });
    expect(report.changes.length).toBeGreaterThan(2);

    const text = await program.run(['simulate', 'quick_fix', '--scenario', 'property_manager', '--population', 'live']);
    expect([text.code, text.stderr]).toEqual([1, '']);
    expect(text.stdout).toMatch(/of 2,002 homes have what is asked about, counted exactly at revision [\d,]+:/);
    expect(text.stdout).toContain('NOT AS EXPECTED');

    await program.stop();
    expect(withoutContacts(await reportAt(report.revision))).toEqual(withoutContacts(report));
    await program.start();
    ({ token } = program.server);
    expect((await find(id, 'report')).report).toEqual(report);
  });

  it('of an instant is what a command says of the folder afterwards', async () => {
    const text = scenarioText.replace('population: live', `population: { at: "${new Date().toISOString()}" }`);
    const { id } = await start({ ...LIVE, scenarioText: text });
    expect((await follow(id)).at(-1)).toMatchObject({ state: 'done' });
    const { report } = await find(id, 'report');
    const file = join(program.folder, 'scenario.yaml');
    writeFileSync(file, text.replace(/^draft: .*$/m, ''));
    await program.stop();
    const command = await program.run(['simulate', '--scenario', file, '--proposed', 'quick_fix', '--json']);
    expect(command.stderr).toBe('');
    expect(JSON.parse(command.stdout)).toEqual(report);
    await program.start();
    ({ token } = program.server);
  });

  it('stops within a second when it is cancelled, and the next one begins', async () => {
    const [running, next] = [await start(LONG), await start(LIVE)];
    await until(
      () => find(running.id),
      ({ progress }) => progress?.stage === 'reading_homes',
      { tries: 600, everyMs: 100 },
    );
    const began = performance.now();
    expect(await ask(`mutation { told: cancelSimulation(id: "${running.id}") { state } }`)).toEqual({
      state: 'cancelled',
    });
    const took = performance.now() - began;
    console.log(`cancel: ${Math.round(took)} ms`);
    expect(took).toBeLessThan(1_000);
    expect((await follow(next.id)).at(-1)).toMatchObject({ state: 'done' });
  });

  it('is interrupted when the program is killed', async () => {
    const { id } = await start(LONG);
    await until(
      () => find(id),
      ({ state, progress }) => state === 'running' && progress?.stage === 'reading_homes',
      { tries: 600, everyMs: 100 },
    );
    await program.kill();
    await program.start();
    ({ token } = program.server);
    expect(await find(id, 'report')).toMatchObject({ state: 'interrupted', progress: null, report: null });
    expect((await follow((await start(LIVE)).id)).at(-1)).toMatchObject({ state: 'done' });
  });
});
