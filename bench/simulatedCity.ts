import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Columns } from '../engine/census/Columns.ts';
import { type KeptColumns, readColumns, writeColumns } from '../engine/census/columnFile.ts';
import type { Population } from '../engine/census/Population.ts';
import { populationSource } from '../engine/census/populationSource.ts';
import { loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { questionsOf, type ScenarioQuestion } from '../engine/simulate/questionsOf.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { cityPopulation } from '../simulators/populations/city.ts';

const root = join(import.meta.dirname, '..');
const policies = join(root, 'policies');
const SCENARIO = join(root, 'simulators/scenarios/heat_wave_elderly_care.yaml');
/** Of the city that the scenario names. */
export const SEED = 2026;

export const scenario: Scenario = parseScenario(readFileSync(SCENARIO, 'utf8'), SCENARIO);

/** The same with every requester asking for a second purpose. */
export const askedTwice: Scenario = {
  ...scenario,
  requesters: scenario.requesters.flatMap((requester) => [
    requester,
    {
      ...requester,
      id: `${requester.id}_again`,
      purposes: [requester.purposes?.[0] === 'research' ? 'care' : 'research'],
    },
  ]),
};

/** What somebody changes in a draft, one save after the other: an obligation, a condition, both back again. */
const EDITS: readonly (readonly [from: string, to: string])[] = [
  ['"window": "PT15M"', '"window": "PT1H"'],
  ['{"general_1", "general_2"}', '{"general_1"}'],
  [
    'input.purpose == "community_service"',
    'input.purpose == "community_service"\n\tinput.resource.home.lease != "ended"',
  ],
];

/** The active policies, a draft, and the draft after each of some edits, of which there are three; all compiled. */
export async function loadDrafts(edits: number) {
  const draft = join(policies, 'drafts/heat_wave');
  const file = 'heat_wave.rego';
  const text = readFileSync(join(draft, file), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'drafts-'));
  try {
    const edited: PolicyBundle[] = [];
    for (const [from, to] of EDITS.slice(0, edits)) {
      if (!text.includes(from)) throw new Error(`the draft says nothing of ${from}`);
      writeFileSync(join(folder, file), text.replace(from, to));
      edited.push(await loadValidPolicies(policies, { draft: folder }));
    }
    const proposed = await loadValidPolicies(policies, { draft });
    return { baseline: await loadValidPolicies(policies), proposed, edited };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The homes of a city in columns, which can be opened again and again as they were read. */
export type SimulatedCity = {
  readonly population: Population;
  /** How long homes took to be read into columns, and columns to be loaded from their file, in milliseconds. */
  readonly building: number;
  readonly loading: readonly number[];
  readonly kept: KeptColumns;
};

/** Reads a city home by home, keeps its columns in a file and loads them from there. */
export async function readCity(homes: number, loads: number): Promise<SimulatedCity> {
  const population = cityPopulation({ seed: SEED, homes });
  const folder = mkdtempSync(join(tmpdir(), 'columns-'));
  const file = join(folder, population.id);
  try {
    const started = performance.now();
    const source = populationSource(population);
    const questions = questionsOf(askedTwice, source.graph);
    const columns = await Columns.build(source, { questions });
    const building = performance.now() - started;
    writeColumns(file, population.id, { columns: columns.snapshot(questions, false), opened: source.opened() });
    const loading: number[] = [];
    let kept: KeptColumns | null = null;
    for (let load = 0; load < loads; load += 1) {
      const began = performance.now();
      kept = readColumns(file, population.id);
      if (!kept) throw new Error('the columns cannot be read again');
      openCity(population, kept);
      loading.push(performance.now() - began);
    }
    return { population, building, loading, kept: kept! };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export type OpenCity = {
  readonly population: string;
  readonly columns: Columns;
  readonly questions: readonly ScenarioQuestion[];
};

/** Columns as they were kept, of which no policy was asked yet. */
export function openCity(population: Population, { columns, opened }: KeptColumns, asked = scenario): OpenCity {
  const source = populationSource(population, opened);
  return {
    population: population.id,
    columns: Columns.fromSnapshot(columns, source),
    questions: questionsOf(asked, source.graph),
  };
}

/** The first homes of a city, which are the homes of a smaller one. */
export function firstHomes({ columns, opened }: KeptColumns, homes: number): KeptColumns {
  const { numbers, people, pairs } = columns;
  return {
    opened,
    columns: {
      ...columns,
      numbers: {
        areaOf: numbers.areaOf.subarray(0, homes),
        tupleOf: numbers.tupleOf.subarray(0, homes),
        deviceStart: numbers.deviceStart.subarray(0, homes),
        deviceCount: numbers.deviceCount.subarray(0, homes),
        devices: numbers.devices,
      },
      people: {
        ...people,
        tupleOf: people.tupleOf.subarray(0, homes),
        shared: people.shared.filter(([, , of]) => of.every((home) => home < homes)),
      },
      // Homes stand in the order in which they were read.
      pairs: pairs.map((pair) => {
        const size = pair.homes.filter((home) => home < homes).length;
        return { ...pair, homes: pair.homes.subarray(0, size), tuples: pair.tuples.subarray(0, size) };
      }),
    },
  };
}
