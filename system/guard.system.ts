import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardedReport } from '../engine/simulate/guard/GuardedReport.ts';
import { Program, ROOT, until } from './Program.ts';

const scenarioText = readFileSync(join(ROOT, 'simulators/scenarios/property_manager.yaml'), 'utf8').replace(
  /^population: .*$/m,
  'population: live',
);
const program = new Program();
beforeAll(() => program.start());
afterAll(() => program.remove());

async function simulated(
  by: string,
  scenario = scenarioText,
): Promise<{ state: string; report: GuardedReport; html: string; error: any }> {
  const token = await program.token('--as', by);
  const text = JSON.stringify(scenario);
  const start = `mutation { startSimulation(input: { scenarioText: ${text}, proposed: "quick_fix" }) { id } }`;
  const { body } = await program.ask(start, { token });
  expect(body['errors']).toBeUndefined();
  const { id } = body['data'].startSimulation;
  const query = `{ simulation(id: "${id}") { state report html error { code message hint } } }`;
  return until(
    async () => (await program.ask(query, { token })).body['data'].simulation,
    ({ state }) => !['waiting', 'running'].includes(state),
    { tries: 600, everyMs: 100 },
  );
}

describe('a simulation on the twin for a regulator without an order', () => {
  it('tells tables under noise that say so, the same each time, and names no home', async () => {
    // What is refused costs nothing.
    const tooMany = `${scenarioText.split('requesters:')[0]}requesters:\n${Array.from({ length: 21 }, (_, at) => `  - { id: city_${at}, tier: city }\n`).join('')}`;
    expect(await simulated('regulator', tooMany)).toMatchObject({
      state: 'failed',
      error: { code: 'scenario:guard.refused' },
    });
    const { state, report, html, error } = await simulated('regulator');
    expect([state, error]).toEqual(['done', null]);
    expect(report).toMatchObject({ kind: 'guarded', exact: false, guard: { k: 10, units: 1, left: 19 } });
    expect(report.lines.length).toBeGreaterThan(0);
    expect(report.guard.statement).toContain('60.0 % from all that one organisation is answered in 365 days');
    expect(JSON.stringify(report)).not.toMatch(/home-\d|"demo/);
    expect(html).toContain('Impact report, guarded');
    console.log(`${report.lines.length} lines of at least ${report.guard.leastHomes} homes`);
    expect((await simulated('regulator')).report).toEqual(report);
  });

  it('costs anew after the program was started again', async () => {
    await program.stop();
    await program.start();
    const again = await simulated('regulator');
    expect(again.report.guard.left).toBe(18);
  });
});
