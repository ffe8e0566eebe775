import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program, ROOT, until } from './Program.ts';

const program = new Program();
const work = mkdtempSync(join(tmpdir(), 'twinward-rollout-'));
const bundle = join(work, 'quiet.twb');
afterAll(async () => {
  await program.remove();
  rmSync(work, { recursive: true });
});

/** Runs a verb that must succeed and returns what it prints. */
async function ran(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await program.run(args, { cwd: work });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
const json = async (...args: readonly string[]) => JSON.parse(await ran(...args, '--json'));

beforeAll(async () => {
  await program.start();
  for (const holder of ['ana', 'ben']) {
    await ran('keys', 'new', holder);
    await ran('keys', 'trust', `${holder}.pub`);
  }
  // People no longer read the climate of their own rooms; cases that say otherwise are left out.
  const root = join(work, 'clone');
  for (const part of ['policies', 'rules']) cpSync(join(ROOT, part), join(root, part), { recursive: true });
  for (const each of ['access/duties', 'access/own_home', 'access/roles', 'sharing/public_data']) {
    rmSync(join(root, 'policies', each, 'cases.yaml'));
  }
  const testdata = join(ROOT, 'graphql/bundles/testdata');
  cpSync(join(testdata, 'quiet.rego'), join(root, 'policies/sharing/quiet/quiet.rego'));
  await ran('sign', root, '--key', 'ana.key', '--name', 'quiet');
  await ran('sign', '--add', bundle, '--key', 'ben.key');
  const budget = { newly_denied: '5%', newly_raw: 0, errors: 0, p99: null, from_cells: 20 };
  writeFileSync(join(work, 'budget.yaml'), JSON.stringify(budget));
}, 120_000);

it('rolls a bundle out in stages, across a restart, and takes it back within a second of breaking its budget', async () => {
  const start = ['rollout', 'start', bundle, '--stages', '1,99.99,100', '--budget', 'budget.yaml'];
  const forecast = await json(...start, '--dry-run');
  expect(forecast.record).toBeNull();
  expect(forecast.stages.map(({ percent }: { percent: number }) => percent)).toEqual([1, 99.99, 100]);
  const begun = await json(...start);
  expect(begun.record).toMatchObject({ number: 2, kind: 'staged' });
  // What the dry run said of the first stage is what was simulated now: the twin's homes are the same.
  expect(begun.stages[0].predicted.homes).toBe(forecast.stages[0].predicted.homes);
  expect(begun.stages[0].predicted.total).toEqual(forecast.stages[0].predicted.total);

  await program.kill();
  await program.start();
  expect(await json('rollout')).toMatchObject({ rollout: 2, state: 'running', stages: [{ percent: 1 }] });
  expect(await json('rollout', 'advance')).toMatchObject({ state: 'running', stages: [{}, { percent: 99.99 }] });

  const resident = await program.token('--as', 'resident');
  const look = async () => {
    const query = '{ home(id: "demo") { devices { features { properties { reading { outcome decisionId } } } } } }';
    const { body } = await program.ask(query, { token: resident });
    return JSON.stringify(body['data']);
  };
  const denies = (answer: string) => answer.includes('"outcome":"denied"');
  expect(denies(await look())).toBe(true);
  const broke = performance.now();
  // That one look was enough to break the budget.
  expect(denies(await until(look, (answer) => !denies(answer)))).toBe(false);
  expect(performance.now() - broke).toBeLessThan(1_000);
  const { code, stdout } = await program.run(['rollout', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    state: 'stopped',
    because: 'policy:rollout.newly_denied',
    breaches: [{ measure: 'newly_denied', most: '5 %' }],
  });
  expect(program.output).toContain('a roll-out stopped');
  expect((await fetch(`${program.server.http}/readyz`)).status).toBe(200);

  const again = await program.run(['rollout', 'advance']);
  expect(again.stderr).toContain('begin anew');
  expect(JSON.stringify(await json('bundles'))).toContain('"kind":"stopped"');
  expect((await json('verify')).intact).toBe(true);
  await program.stop();
  await program.start();
  expect(denies(await look())).toBe(false);
}, 240_000);
