import { join } from 'node:path';
import { Columns } from '../../engine/census/Columns.ts';
import { graphSource } from '../../engine/census/graphSource.ts';
import { forkTwin } from '../../engine/fork/forkTwin.ts';
import { populationName } from '../../engine/simulate/populationName.ts';
import { questionsOf, type ScenarioQuestion } from '../../engine/simulate/questionsOf.ts';
import { requireHomes } from '../../engine/simulate/requireAsked.ts';
import type { KnownPopulation, Scenario } from '../../engine/simulate/Scenario.ts';
import { readTwin } from '../../graphql/dataFolder/readTwin.ts';
import { CodedError, invariant } from '../../twin/CodedError.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { dataFolder } from '../dataFolder.ts';
import { startProgress } from '../progress.ts';
import { findServer } from '../serverClient.ts';
import { generatedPopulation, type NamedSource } from './generatedSource.ts';
import { readGenerated } from './readGenerated.ts';

/** The homes of a scenario, read and ready to be counted as often as one likes. */
export type OpenedPopulation = {
  /** Names the homes. */
  readonly id: string;
  readonly columns: Columns;
  readonly questions: readonly ScenarioQuestion[];
};

/**
 * Reads the homes that a scenario is played on, with a bar where it takes over a second. Rejects with
 * `config:folder.empty`, `scenario:instant.too_early` and `command:server.running` for a twin that cannot be read, and as
 * `questionsOf` and `planFork` do.
 *
 * @param signal ends it early, such as when the policies turn out to be wrong
 */
export async function openPopulation(scenario: Scenario, signal: AbortSignal): Promise<OpenedPopulation> {
  const generated = generatedPopulation(scenario.population);
  if (generated) {
    const folder = join(dataFolder(), 'cache', 'columns');
    return whileReading(generated.size, signal, async (onProgress) => ({
      id: generated.id,
      ...(await readGenerated(generated, scenario, { folder, onProgress })),
    }));
  }
  const { id, source } = await twinSource(scenario);
  requireHomes(source);
  const questions = questionsOf(scenario, source.graph);
  return whileReading(source.size, signal, async (onProgress) => ({
    id,
    columns: await Columns.build(source, { questions, onProgress }),
    questions,
  }));
}

/** Shows how far the reading of homes has come. */
async function whileReading<Result>(
  total: number,
  signal: AbortSignal,
  read: (onProgress: (homes: number) => void) => Promise<Result>,
): Promise<Result> {
  const progress = startProgress({ label: 'reading homes', total });
  try {
    return await read((homes) => {
      signal.throwIfAborted();
      progress.update(homes);
    });
  } finally {
    progress.end();
  }
}

/** The homes of a scenario as one graph, in which they can change. Rejects as `openPopulation` does. */
export async function openGraph(scenario: Scenario): Promise<{ readonly id: string; readonly graph: TwinGraph }> {
  const generated = generatedPopulation(scenario.population);
  if (!generated) {
    const { id, source } = await twinSource(scenario);
    requireHomes(source);
    return { id, graph: source.graph };
  }
  const graph = new TwinGraph();
  const progress = startProgress({ label: 'making homes', total: generated.size });
  for (const change of generated.areas) graph.apply(change);
  for (let index = 0; index < generated.size; index++) {
    for (const change of generated.home(index)) graph.apply(change);
    progress.update(index + 1);
  }
  progress.end();
  return { id: generated.id, graph };
}

async function twinSource(scenario: Scenario): Promise<NamedSource> {
  const { population } = scenario;
  invariant(typeof population !== 'object' || !('seed' in population), 'a generated city is no twin');
  if (typeof population === 'string' || 'at' in population) {
    return { id: populationName(population), source: graphSource(await twinOf(population, scenario)) };
  }
  const { of, changes } = population.fork;
  invariant(typeof of !== 'object' || !('seed' in of), 'a generated city is no twin');
  const graph = forkTwin(await twinOf(of, scenario), changes);
  return { id: populationName(population), source: graphSource(graph) };
}

async function twinOf(population: KnownPopulation, { at }: Scenario): Promise<TwinGraph> {
  if (await findServer()) {
    throw new CodedError('command:server.running', 'a server runs on the data folder, and its twin is in its memory', {
      place: { path: '/population' },
      hint: 'ask it by GraphQL, or stop it for a while',
    });
  }
  const progress = startProgress({ label: 'reading the twin', total: 1 });
  const options = { now: Date.parse(at), onProgress: (read: number, total: number) => progress.update(read / total) };
  try {
    return await readTwin(
      dataFolder(),
      population === 'live' ? options : { at: Date.parse(population.at), ...options },
    );
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'twin:instant.too_early') throw error;
    const { message, hint } = error;
    const place = { path: '/population' };
    throw new CodedError('scenario:instant.too_early', message, {
      place,
      cause: error,
      ...(hint !== undefined && { hint }),
    });
  } finally {
    progress.end();
  }
}
