import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bruteForce } from '../engine/census/bruteForce.ts';
import { Columns } from '../engine/census/Columns.ts';
import type { Population } from '../engine/census/Population.ts';
import { populationSource } from '../engine/census/populationSource.ts';
import { combine } from '../engine/combine.ts';
import { gatherFacts } from '../engine/facts/gatherFacts.ts';
import { loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { simulate } from '../engine/simulate.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { type Benchmark, type Figure, median } from './Benchmark.ts';

const root = join(import.meta.dirname, '..');
/** Of the city that the scenario names. */
const SEED = 2026;
const SCENARIO = join(root, 'simulators/scenarios/heat_wave_elderly_care.yaml');

/** The exact impact of a draft on a whole city, beside visiting every cell with the same evaluator. */
export const simulateBenchmark: Benchmark = {
  name: 'simulate',
  title: 'the exact impact of a draft on a city of 100,000 homes, for 12 requesters',
  async run({ smoke }) {
    const scenario = parseScenario(readFileSync(SCENARIO, 'utf8'), SCENARIO);
    const policies = join(root, 'policies');
    const baseline = await loadValidPolicies(policies);
    const proposed = await loadValidPolicies(policies, { draft: join(policies, 'drafts/heat_wave') });
    const edited = await loadValidPolicies(policies, { draft: join(policies, 'drafts/quick_fix') });
    const population = cityPopulation({ seed: SEED, homes: smoke ? 1_000 : 100_000 });

    const full: number[] = [];
    const again: number[] = [];
    const loads: number[] = [];
    let cells = 0;
    for (let round = 0; round < (smoke ? 1 : 5); round += 1) {
      const source = populationSource(population);
      const questions = questionsOf(scenario, source.graph);
      const started = performance.now();
      const columns = await Columns.build(source, { questions });
      loads.push(performance.now() - started);
      const play = (draft: PolicyBundle): number => {
        const begin = performance.now();
        cells = simulate(scenario, { population: population.id, columns, questions, baseline, proposed: draft }).cells;
        return performance.now() - begin;
      };
      full.push(play(proposed));
      again.push(play(edited));
    }
    const perCell = smoke
      ? cellTime(population, scenario, baseline, 20)
      : cellTime(population, scenario, baseline, 300);
    // Two bundles decide each cell.
    const visiting = { name: 'visiting each cell', value: (perCell * 2 * cells) / 1000 };
    const figures: Figure[] = [
      {
        what: 'simulate, nothing decided before, median',
        value: median(full),
        unit: 'ms',
        peer: visiting,
        note: `${cells.toLocaleString('en-GB')} cells; the peer gathers facts and evaluates, extrapolated from ${perCell.toFixed(1)} us for each cell and bundle of a sample`,
      },
      {
        what: 'simulate, another draft on the same columns',
        value: median(again),
        unit: 'ms',
        note: 'policies that did not change are not evaluated again',
      },
      {
        what: 'reading homes into columns, median',
        value: median(loads),
        unit: 'ms',
        note: 'from the events of the generated city, once for all drafts',
      },
      { what: 'brute force on a smaller city', ...bruteForceTime(scenario, baseline, proposed, smoke ? 50 : 500) },
    ];
    return figures;
  },
};

/** Microseconds to gather the facts of a cell and decide it under one bundle, over the cells of some homes. */
function cellTime(population: Population, scenario: Scenario, bundle: PolicyBundle, homes: number): number {
  const source = populationSource(population);
  const questions = questionsOf(scenario, source.graph);
  const now = Date.parse(scenario.at);
  const { evaluator } = bundle.at(now);
  let [cells, spent] = [0, 0];
  for (let index = 0; index < homes; index += 1) {
    const { graph, home } = source.open(index);
    const begin = performance.now();
    for (const { askingAt } of questions) {
      const asking = askingAt(home.home.area);
      if (!asking) continue;
      for (const { device } of home.devices.values()) {
        // One property of each device stands for all: they cost alike.
        const resource = { type: 'property', home: home.home.id, device: device.id, property: 'battery' } as const;
        combine(evaluator.evaluate(gatherFacts(graph, asking, resource, now)));
        cells += 1;
      }
    }
    spent += performance.now() - begin;
  }
  return (spent * 1000) / cells;
}

function bruteForceTime(scenario: Scenario, before: PolicyBundle, after: PolicyBundle, homes: number) {
  const population = cityPopulation({ seed: SEED, homes });
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  for (let index = 0; index < homes; index += 1) for (const change of population.home(index)) graph.apply(change);
  const now = Date.parse(scenario.at);
  const begin = performance.now();
  const { all } = bruteForce({
    graph,
    questions: questionsOf(scenario, graph),
    filter: scenario,
    area: scenario.area,
    reportBy: scenario.report_by ?? 'district',
    now,
    before: before.at(now).evaluator,
    after: after.at(now).evaluator,
  });
  const value = performance.now() - begin;
  return {
    value,
    unit: 'ms',
    note: `${homes} homes, ${all.cells.toLocaleString('en-GB')} cells; it evaluates equal inputs once`,
  };
}
