// Holds the census against brute force over whole cities, under the product's policies and generated ones:
//   node tools/exactness.ts [how many cities] [homes in each] [first seed]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadValidPolicies } from '../engine/rego/loadPolicies.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import { parseScenario } from '../engine/simulate/parseScenario.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { compileDraft, type Evaluated, withReference } from './exactness/compileDraft.ts';
import { countQuickly, inexactness, type Pair } from './exactness/countBoth.ts';
import { foldWhole, withAreaBases, withWaivers } from './exactness/populations.ts';
import { randomPolicies } from './exactness/randomPolicies.ts';
import { unprovenWitnesses } from './exactness/unprovenWitnesses.ts';

const [cities = 20, homes = 5_000, first = 1] = process.argv.slice(2).map(Number);
const root = join(import.meta.dirname, '..', 'policies');
const file = join(import.meta.dirname, '../simulators/scenarios/heat_wave_elderly_care.yaml');
const scenario = parseScenario(readFileSync(file, 'utf8'), file);
const LEVELS = ['district', 'street', 'community', 'building'] as const;
const compiler = new RegoCompiler();
const active = withReference(await loadValidPolicies(root, { compiler }));
const drafts: Evaluated[] = [];
for (const draft of ['heat_wave', 'quick_fix']) {
  drafts.push(withReference(await loadValidPolicies(root, { compiler, draft: join(root, 'drafts', draft) })));
}

const sums = { cells: 0, changes: 0, quick: 0, slow: 0, wrong: 0 };
for (let seed = first; seed < first + cities; seed++) {
  const population = withWaivers(withAreaBases(cityPopulation({ seed, homes })));
  const graph = foldWhole(population);
  const played: Scenario = {
    ...scenario,
    area: seed % 5 === 0 ? 'district-1' : 'city',
    report_by: LEVELS[seed % LEVELS.length]!,
    requesters: [
      ...scenario.requesters,
      { id: 'neighbour', tier: 'home', person: 'home-9-person-1', roles: ['resident'], purposes: ['own_use'] },
    ],
  };
  for (const [name, pair] of await pairsOf(seed)) {
    const began = performance.now();
    const report = await countQuickly(population, played, pair);
    const counted = performance.now();
    const wrong = [...inexactness(report, graph, played, pair), ...unprovenWitnesses(report, graph, played, pair)];
    const [quick, slow] = [counted - began, performance.now() - counted];
    for (const line of wrong.slice(0, 20)) console.error(line);
    console.log(
      `seed ${seed}, ${name}: ${report.cells.toLocaleString('en-GB')} cells, ${report.homes} homes, ${report.people} people, ` +
        `${report.matrix.length} + ${report.changes.length} + ${report.areas.length} + ${report.slices.length} lines, ` +
        `${wrong.length} differences (${quick.toFixed(0)} ms with reading the homes, ${slow.toFixed(0)} ms by brute force)`,
    );
    sums.cells += report.cells;
    sums.changes += report.changes.length;
    sums.quick += quick;
    sums.slow += slow;
    sums.wrong += wrong.length;
  }
}
compiler.close();
console.log(
  `${cities} cities of ${homes} homes: ${sums.cells.toLocaleString('en-GB')} cells, ${sums.changes} change classes, ${sums.wrong} differences; ` +
    `${(sums.quick / 1000).toFixed(0)} s by census, ${(sums.slow / 1000).toFixed(0)} s by brute force`,
);
process.exitCode = sums.wrong > 0 ? 1 : 0;

/** A draft of the product's, and generated policies on both sides: among the product's own, or alone. */
async function pairsOf(seed: number): Promise<readonly (readonly [name: string, pair: Pair])[]> {
  const alone = seed % 2 === 0;
  const sources = fc.sample(randomPolicies, { seed, numRuns: 2 });
  const [baseline, proposed] = await Promise.all(sources.map((source) => compileDraft(compiler, source, { alone })));
  return [
    ['a draft', { baseline: active, proposed: drafts[(seed >> 1) % drafts.length]! }],
    [
      alone ? 'generated policies alone' : 'generated policies among others',
      { baseline: baseline!, proposed: proposed! },
    ],
  ];
}
