import { performance } from 'node:perf_hooks';
import { bruteForce } from '../engine/census/bruteForce.ts';
import { CensusPlan } from '../engine/census/CensusPlan.ts';
import type { Population } from '../engine/census/Population.ts';
import { populationSource } from '../engine/census/populationSource.ts';
import { combine } from '../engine/combine.ts';
import { gatherFacts } from '../engine/facts/gatherFacts.ts';
import { intervalsOf } from '../engine/rego/intervals.ts';
import type { PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { opaWasmEvaluator } from '../engine/rego/opaWasm/opaWasmEvaluator.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import { reportAreasOf } from '../engine/simulate/reportAreasOf.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { ImpactPlan, simulate } from '../engine/simulate.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { type Benchmark, type Figure, median } from './Benchmark.ts';
import {
  askedTwice,
  firstHomes,
  loadDrafts,
  type OpenCity,
  openCity,
  readCity,
  SEED,
  scenario,
} from './simulatedCity.ts';

const NOW = Date.parse(scenario.at);

/** The exact impact of a draft on a whole city, beside visiting every cell with OPA's own evaluator. */
export const simulateBenchmark: Benchmark = {
  name: 'simulate',
  title: 'the exact impact of a draft on a city of 1,000,000 homes, for 12 requesters',
  async run({ smoke }) {
    const homes = smoke ? 1_000 : 1_000_000;
    const rounds = smoke ? 1 : 5;
    const drafts = await loadDrafts(smoke ? 1 : 3);
    const { population, building, loading, kept } = await readCity(homes, smoke ? 1 : 3);

    const full: number[] = [];
    const edits: number[] = [];
    let cells = 0;
    for (let round = 0; round < rounds; round += 1) {
      const city = openCity(population, kept);
      full.push(timeOf(() => (cells = simulate(scenario, { ...city, ...drafts }).cells)));
      edits.push(...editTimes(city, drafts));
    }
    const half = openCity(population, firstHomes(kept, homes / 2));
    const twice = openCity(population, kept, askedTwice);
    const sample = cellTime(population, drafts.baseline, smoke ? 2 : 100);
    // Two bundles decide each cell.
    const visiting = { name: 'visiting each cell', value: (sample * 2 * cells) / 1000 };
    const classes = classesOf(openCity(population, kept), scenario, drafts);
    return [
      {
        what: 'simulate, nothing decided before, median',
        value: median(full),
        unit: 'ms',
        peer: visiting,
        note: `${count(cells)} cells in ${count(classes)} classes; the peer gathers facts and asks opa-wasm, extrapolated from ${sample.toFixed(1)} us for each cell and bundle of a sample`,
      },
      {
        what: 'after an edit, from the compiled policies, median',
        value: median(edits),
        unit: 'ms',
        note: `the longest of ${edits.length}: ${Math.max(...edits).toFixed(0)} ms`,
      },
      {
        what: 'half as many homes, nothing decided before',
        value: timeOf(() => simulate(scenario, { ...half, ...drafts })),
        unit: 'ms',
        note: `${count(classesOf(half, scenario, drafts))} classes`,
      },
      {
        what: 'twice as much asked, nothing decided before',
        value: timeOf(() => simulate(askedTwice, { ...twice, ...drafts })),
        unit: 'ms',
        note: `24 requesters, ${count(classesOf(twice, askedTwice, drafts))} classes`,
      },
      {
        what: 'loading columns from their file, median',
        value: median(loading),
        unit: 'ms',
        peer: { name: 'reading homes into columns', value: building },
        note: describeHomes(openCity(population, kept)),
      },
      { what: 'brute force on a smaller city', ...bruteForceTime(drafts, smoke ? 50 : 500) },
    ] satisfies readonly Figure[];
  },
};

function timeOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

type Drafts = Awaited<ReturnType<typeof loadDrafts>>;

/** Plays a draft, and then what each of some edits makes of it, and the draft again as it was. */
function editTimes(city: OpenCity, { baseline, proposed, edited }: Drafts): readonly number[] {
  const plan = new ImpactPlan(scenario, city);
  plan.play(baseline, proposed);
  return [...edited, proposed].map((draft) => timeOf(() => plan.play(baseline, draft)));
}

/** How many classes of cells are decided under each bundle. */
function classesOf({ columns, questions }: OpenCity, asked: Scenario, { baseline, proposed }: Drafts): number {
  const { areaOf: reportAreaOf } = reportAreasOf(asked, columns);
  const plan = new CensusPlan(columns, { questions, now: NOW, reportAreaOf, filter: asked });
  return plan.decide(baseline.at(NOW).evaluator, proposed.at(NOW).evaluator).classes;
}

/** What the homes are like: how many properties each has, and how many mixes of devices there are. */
function describeHomes({ columns }: OpenCity): string {
  const { size, deviceClasses, pairTuples } = columns;
  const [devices, starts, counts] = [columns.devices.view(), columns.deviceStart.view(), columns.deviceCount.view()];
  const mixes = new Set<string>();
  let properties = 0;
  for (let home = 0; home < size; home += 1) {
    const mix = [...devices.subarray(starts[home]!, starts[home]! + counts[home]!)];
    for (const device of mix) properties += deviceClasses.devices[device]!.length;
    mixes.add(mix.sort((a, b) => a - b).join());
  }
  return `${(properties / size).toFixed(1)} properties a home, ${count(mixes.size)} mixes of devices, ${count(pairTuples.size)} ways to be related`;
}

/** Microseconds to gather the facts of a cell and have opa-wasm decide it under one bundle, over the cells of some homes. */
function cellTime(population: Population, bundle: PolicyBundle, homes: number): number {
  const source = populationSource(population);
  const questions = questionsOf(scenario, source.graph);
  const intervals = intervalsOf([...new Set(bundle.rules.map(({ policy }) => policy))], bundle.dates);
  const { entrypoint } = intervals.find(({ from, until }) => from <= NOW && NOW < until)!;
  const evaluator = opaWasmEvaluator(bundle.compiled, bundle.rules, { verdict: entrypoint });
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
        combine(evaluator.evaluate(gatherFacts(graph, asking, resource, NOW)));
        cells += 1;
      }
    }
    spent += performance.now() - begin;
  }
  return (spent * 1000) / cells;
}

function bruteForceTime({ baseline, proposed }: Drafts, homes: number) {
  const population = cityPopulation({ seed: SEED, homes });
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  for (let index = 0; index < homes; index += 1) for (const change of population.home(index)) graph.apply(change);
  const begin = performance.now();
  const { all } = bruteForce({
    graph,
    questions: questionsOf(scenario, graph),
    filter: scenario,
    area: scenario.area,
    reportBy: scenario.report_by ?? 'district',
    now: NOW,
    before: baseline.at(NOW).evaluator,
    after: proposed.at(NOW).evaluator,
  });
  const value = performance.now() - begin;
  return {
    value,
    unit: 'ms',
    note: `${count(homes)} homes, ${count(all.cells)} cells; it evaluates equal inputs once`,
  };
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}
