import { join } from 'node:path';
import { Columns } from '../../engine/census/Columns.ts';
import type { HomeSource } from '../../engine/census/HomeSource.ts';
import type { Population } from '../../engine/census/Population.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { loadSides } from '../../engine/sides/loadSides.ts';
import type { SidePorts } from '../../engine/sides/SidePorts.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { parseScenarioDocument } from '../../engine/simulate/parseScenario.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { ScenarioPopulation } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { readInput } from '../readInput.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { readVersion } from '../version.ts';
import { placed, withOptions } from './chooseScenario.ts';
import { generatedSource } from './generatedSource.ts';

export type ScenarioRun = {
  /** A scenario in YAML or JSON. */
  readonly scenario: string;
  /** The folder of the active policies, with `input.schema.json`; those of this repository unless given. */
  readonly policies?: string;
  /** A draft: its name in `drafts` of the folder, or the path of a .rego file or a folder. What the scenario proposes unless given. */
  readonly proposed?: string;
  /** A generated city, or homes of your own, in the place of those that the scenario names. */
  readonly population?: { readonly seed: number; readonly homes: number } | Population;
  /** A folder where the compiled active policies are kept, so that the next run does not compile them. */
  readonly cache?: string;
  /** Told now and then while homes are read. */
  readonly onProgress?: (homes: number, all: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * The exact impact of a change of policies on every home of a population, for other programs: it prints nothing, reads no
 * data folder and asks no server.
 *
 * Rejects with a `CodedError` for a scenario or policies that are wrong (`scenario:*`, `policy:*`), and with the reason of
 * the signal.
 *
 * @example
 * const report = await simulateScenario({ scenario: await readFile('heat.yaml', 'utf8'), proposed: 'drafts/heat.rego' });
 * for (const { from, to, cells } of report.matrix) console.log(from, to, cells);
 */
export async function simulateScenario({
  scenario: text,
  policies,
  cache,
  signal,
  ...run
}: ScenarioRun): Promise<ImpactReport> {
  const { scenario: read, place } = parseScenarioDocument(text, 'scenario');
  const { population = read.population, proposed, onProgress } = run;
  const given = 'home' in Object(population) ? (population as Population) : null;
  const scenario = withOptions(
    given ? read : { ...read, population: population as ScenarioPopulation },
    proposed === undefined ? {} : { proposed },
  );
  try {
    signal?.throwIfAborted();
    const { id, source } = given ? { id: given.id, source: populationSource(given) } : sourceOf(scenario.population);
    const questions = questionsOf(scenario, source.graph);
    const sides = await loadSides(scenario, portsOf(policies ?? join(repositoryRoot, 'policies'), cache));
    const tell = (homes: number) => {
      signal?.throwIfAborted();
      onProgress?.(homes, source.size);
    };
    const columns = await Columns.build(source, { questions, onProgress: tell });
    return simulate(scenario, { population: id, columns, questions, version: readVersion(), ...sides });
  } catch (error) {
    throw placed(error, place);
  }
}

function sourceOf(population: ScenarioPopulation): { readonly id: string; readonly source: HomeSource } {
  const source = generatedSource(population);
  if (source) return source;
  throw new CodedError(
    'scenario:population.not_here',
    'a data folder is read by `twinward simulate` and by servers alone',
    {
      place: { path: '/population' },
      hint: 'give a `population`',
    },
  );
}

function portsOf(policies: string, cache: string | undefined): SidePorts {
  return {
    policies,
    ...(cache !== undefined && { cache }),
    activeBundle: async () => null,
    findBundle: async (which) => {
      throw new CodedError('policy:bundle.not_found', `there are no bundles here, and none is \`${which}\``, {
        hint: 'name a draft, or a folder of policies',
      });
    },
    findDraft: (name) => findNamed(name, { ...DRAFTS, folder: join(policies, 'drafts') }, true),
    readText: readInput,
  };
}
