import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { cityPopulation } from '../simulators/populations/city.ts';
import { simulateScenario } from './index.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/how-to/simulate.md'), 'utf8');
const example = /^```js\n([\s\S]*?)^```$/m.exec(page)![1]!;
const scenario = /`\n([\s\S]*?)`;/.exec(example)![1]!;

describe('the package', () => {
  it('is used by another program as its page says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'twinward-library-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'example.mjs'), example);
    const { stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^[1-9]\d* cells of \d+ homes, [1-9]\d* people\n/);
    expect(stdout).toMatch(/^\w+ -> raw: [1-9]\d* cells, such as \w+ of home-\d+ for office$/m);
  });

  const cache = mkdtempSync(join(tmpdir(), 'twinward-library-cache-'));
  afterAll(() => rmSync(cache, { recursive: true }));

  it('takes homes of its caller, which are counted as the same ones of a generated city are', async () => {
    const city = cityPopulation({ seed: 1, homes: 300 });
    const told: number[] = [];
    const onProgress = (homes: number, all: number) => void told.push(homes / all);
    const own = await simulateScenario({ scenario, proposed: 'quick_fix', population: city, cache, onProgress });
    const generated = await simulateScenario({ scenario, proposed: 'quick_fix', cache });
    expect(own).toEqual(generated);
    expect(told.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it('counts cells in which one policy fails and another denies, with the failure alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'twinward-failing-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const head = (title: string) => `# METADATA\n# title: ${title}\n# custom:\n#   clauses: [DH-5.4.6]\n`;
    const dates = '#   owner: office\n#   announced: "2026-06-01"\n#   in_force: "2026-09-01"\n';
    const rented = 'input.resource.home.occupancy == "rented"';
    const failing = [
      `${head('package')}${dates}package sharing.failing\n\n_word := "a" if ${rented}\n\n_word := "b" if ${rented}\n`,
      `${head('rule')}permit contains {"rule": "fails", "outcome": "raw"} if _word == "a"\n`,
    ];
    const denying = `${head('package')}${dates}package sharing.denying\n\n${head('rule')}deny contains {"rule": "denies"} if ${rented}\n`;
    writeFileSync(join(folder, 'failing.rego'), failing.join('\n'));
    writeFileSync(join(folder, 'denying.rego'), denying);
    const { changes } = await simulateScenario({
      scenario,
      proposed: folder,
      population: { seed: 1, homes: 300 },
      cache,
    });
    const lost = changes.filter(({ to }) => to === 'denied');
    expect(lost.length).toBeGreaterThan(0);
    for (const { reasons, witness } of lost) {
      expect(witness.input.resource.home.occupancy).toBe('rented');
      expect(reasons.after.map(({ code }) => code)).toEqual(['evaluation_error']);
    }
  });

  it('says where homes beyond the area of a scenario stand behind its figures', async () => {
    const text = readFileSync(join(root, 'simulators/scenarios/city_energy_planning.yaml'), 'utf8');
    const played = async (area: string) =>
      simulateScenario({
        scenario: text.replace(/^area: .*$/m, `area: ${area}`),
        population: { seed: 1, homes: 300 },
        cache,
      });
    const [city, building] = [await played('city'), await played('building-1')];
    expect(city.omitted).toHaveLength(1);
    expect(building.omitted).toContain(
      'homes outside of building-1, which stand behind figures over its district, too: what is withheld goes by the homes inside',
    );
  });

  it('says what is wrong, and where', async () => {
    const tried = (run: Partial<Parameters<typeof simulateScenario>[0]>) =>
      simulateScenario({ scenario, proposed: 'quick_fix', ...run }).catch((error: unknown) => error);
    expect(await tried({ scenario: scenario.replace('area: city', 'area: atlantis') })).toMatchObject({
      code: 'scenario:area.not_found',
      place: { file: 'scenario', line: 7 },
    });
    expect(await tried({ proposed: 'no_such_draft' })).toMatchObject({ code: 'policy:draft.not_found' });
    expect(await tried({ scenario: scenario.replace(/^population.*$/m, 'population: live') })).toMatchObject({
      code: 'scenario:population.not_here',
    });
    const stopped = AbortSignal.abort(new Error('enough'));
    expect(await tried({ signal: stopped, population: { seed: 1, homes: 20_000 } })).toMatchObject({
      message: 'enough',
    });
  });
});
