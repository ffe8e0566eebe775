import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import type { AccessRequest, ResourceRef, Subject } from '../engine/AccessRequest.ts';
import { systemClock } from '../engine/Clock.ts';
import { combine } from '../engine/combine.ts';
import type { DecisionRecord } from '../engine/Decision.ts';
import { gatherFacts } from '../engine/facts/gatherFacts.ts';
import { RequestDecisions } from '../engine/RequestDecisions.ts';
import { intervalsOf } from '../engine/rego/intervals.ts';
import { loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { opaWasmEvaluator } from '../engine/rego/opaWasm/opaWasmEvaluator.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { type Benchmark, type Figure, median, quantile, samples } from './Benchmark.ts';

const SEED = 7;

/** Decisions on the product's own policies by both evaluators, and what a page of a request costs beside asking for each field. */
export const decideBenchmark: Benchmark = {
  name: 'decide',
  title: "one decision on the product's own policies, and a page of 20 homes",
  async run({ smoke }) {
    const bundle = await loadValidPolicies(join(import.meta.dirname, '../policies'));
    const graph = new TwinGraph();
    const population = cityPopulation({ seed: SEED, homes: smoke ? 50 : 1000 });
    for (const change of population.areas) graph.apply(change);
    for (let home = 0; home < population.size; home += 1) {
      for (const change of population.home(home)) graph.apply(change);
    }

    const requests = requestsOf(graph, smoke ? 200 : 20_000);
    const inputs = requests.map(({ resource, ...asking }) => gatherFacts(graph, asking, resource, systemClock.now()));
    const { evaluator } = bundle.at(systemClock.now());
    const reference = opaWasmEvaluator(bundle.compiled, bundle.rules, { verdict: verdictOf(bundle) });
    const different = inputs.find((one) => !isDeepStrictEqual(evaluator.evaluate(one), reference.evaluate(one)));
    if (different) throw new Error(`compiled and opa-wasm differ: ${JSON.stringify(different)}`);

    const evaluate = samples(inputs, (input) => evaluator.evaluate(input));
    const opaWasm = samples(inputs, (input) => reference.evaluate(input));
    const whole = samples(requests, ({ resource, ...asking }) =>
      combine(evaluator.evaluate(gatherFacts(graph, asking, resource, systemClock.now()))),
    );
    const { resource: _first, ...asking } = requests[0]!;
    const page = pageOf(graph);
    const records: DecisionRecord[] = [];
    const pages: number[] = [];
    let classes = 0;
    for (let round = 0; round < (smoke ? 3 : 100); round += 1) {
      const started = performance.now();
      const decisions = new RequestDecisions({
        graph,
        bundle,
        records: { append: async (more) => void records.push(...more), find: async () => null },
        clock: systemClock,
        newId: () => String(round),
      });
      for (const resource of page) decisions.decide(asking, resource);
      pages.push((performance.now() - started) * 1000);
      classes = decisions.classes;
    }
    const peer = { name: 'opa-wasm alone', value: median(opaWasm) };
    const figures: Figure[] = [
      {
        what: `compiled, ${bundle.rules.length} rules to a verdict, median`,
        value: median(evaluate),
        unit: 'us',
        peer,
        note: `p99 ${quantile(evaluate, 0.99).toFixed(1)} us, of opa-wasm ${quantile(opaWasm, 0.99).toFixed(1)} us`,
      },
      { what: 'gather facts, evaluate, combine, median', value: median(whole), unit: 'us', peer },
      {
        what: 'one field of a page, decided by classes',
        value: median(pages) / page.length,
        unit: 'us',
        peer,
        note: `${page.length} fields in 20 homes are ${classes} classes`,
      },
    ];
    return figures;
  },
};

/** The rule that yields the verdict of the policies that are in force now. */
function verdictOf({ rules, dates }: PolicyBundle): string {
  const now = systemClock.now();
  const intervals = intervalsOf([...new Set(rules.map(({ policy }) => policy))], dates);
  return intervals.find(({ from, until }) => from <= now && now < until)!.entrypoint;
}

/** Requests of three parties for properties all over the city, the same at each run. */
function requestsOf(graph: TwinGraph, count: number): AccessRequest[] {
  const city = [...graph.areas.values()].find(({ level }) => level === 'city')!.id;
  const officer: Subject = {
    account: 'officer',
    person: null,
    organisation: null,
    area: city,
    tier: 'city',
    roles: ['city_officer'],
    assurance: 'high',
    multiFactor: true,
  };
  const cells = [...cellsOf(graph)];
  return Array.from({ length: count }, (_, index) => {
    const { home, device, property, person } = cells[(index * 7919) % cells.length]!;
    const resource = { type: 'property', home, device, property } as const;
    const common = { resource, action: 'read', channel: 'api' } as const;
    if (index % 3 === 0) return { ...common, subject: officer, purpose: 'city_planning' };
    const subject: Subject = { ...officer, account: person, person, area: null, tier: 'home', roles: ['resident'] };
    return { ...common, subject, purpose: index % 3 === 1 ? 'own_use' : 'research' };
  });
}

/** The fields of 20 homes; the page asks the same of all of them, as a request does. */
function pageOf(graph: TwinGraph): ResourceRef[] {
  const homes = new Set([...graph.homes.keys()].slice(0, 20));
  return [...cellsOf(graph)]
    .filter(({ home }) => homes.has(home))
    .map(({ home, device, property }) => ({ type: 'property', home, device, property }));
}

function* cellsOf(graph: TwinGraph) {
  for (const node of graph.homes.values()) {
    const person = [...node.people.keys()][0] ?? 'nobody';
    for (const { device } of node.devices.values()) {
      for (const property of ['temperature', 'battery', 'occupancy']) {
        yield { home: node.home.id, device: device.id, property, person };
      }
    }
  }
}
