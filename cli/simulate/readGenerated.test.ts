import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Columns } from '../../engine/census/Columns.ts';
import type { Population } from '../../engine/census/Population.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';
import { readGenerated } from './readGenerated.ts';

const folder = mkdtempSync(join(tmpdir(), 'generated-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scenario: Scenario = {
  name: 'test',
  title: 'test',
  question: 'test',
  at: '2027-07-20T14:00:00+08:00',
  population: { seed: 7, homes: 20 },
  area: 'city',
  actions: ['read'],
  purposes: ['care'],
  requesters: [{ id: 'hospital', tier: 'city', organisation: 'hospital-1' }],
};

/** A city that says how many of its homes were asked for. */
function countedCity(homes: number) {
  const city = cityPopulation({ seed: 7, homes });
  const asked = { homes: 0 };
  const population: Population = {
    ...city,
    home(index) {
      asked.homes += 1;
      return city.home(index);
    },
  };
  return { population, asked };
}

function contentOf(columns: Columns): string {
  const { numbers, ...rest } = columns.snapshot([], false);
  return JSON.stringify([rest, Object.values(numbers).map((block) => [...block])]);
}

it('reads homes once, and then again only for other questions, other homes, or a damaged file', async () => {
  const read = async (homes: number, played = scenario) => {
    const { population, asked } = countedCity(homes);
    const { columns } = await readGenerated(population, played, { folder, keptFrom: 20 });
    return { content: contentOf(columns), asked: asked.homes };
  };
  const first = await read(20);
  expect(first.asked).toBe(20);
  expect(await read(20)).toEqual({ content: first.content, asked: 0 });
  expect((await read(20, { ...scenario, purposes: ['research'] })).asked).toBe(20);
  expect((await read(21)).asked).toBe(21);
  expect(readdirSync(folder)).toHaveLength(3);
  for (const name of readdirSync(folder)) truncateSync(join(folder, name), 500);
  expect(await read(20)).toEqual(first);
  // Fewer are not worth a file.
  expect([(await read(19)).asked, (await read(19)).asked]).toEqual([19, 19]);
});
