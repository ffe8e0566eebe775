import { Columns } from '../../engine/census/Columns.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { questionsOf, type ScenarioQuestion } from '../../engine/simulate/questionsOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';
import { startProgress } from '../progress.ts';

/** The homes of a scenario, read and ready to be counted as often as one likes. */
export type OpenedPopulation = {
  /** Names the homes. */
  readonly id: string;
  readonly columns: Columns;
  readonly questions: readonly ScenarioQuestion[];
};

/** Reads the homes that a scenario is played on, with a bar where it takes over a second. */
export async function openPopulation(scenario: Scenario): Promise<OpenedPopulation> {
  const population = cityPopulation(scenario.population);
  const source = populationSource(population);
  const questions = questionsOf(scenario, source.graph);
  const progress = startProgress({ label: 'reading homes', total: source.size });
  try {
    return {
      id: population.id,
      columns: await Columns.build(source, { questions, onProgress: progress.update }),
      questions,
    };
  } finally {
    progress.end();
  }
}
