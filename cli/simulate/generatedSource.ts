import type { HomeSource } from '../../engine/census/HomeSource.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { forkPopulation } from '../../engine/fork/forkPopulation.ts';
import { populationName } from '../../engine/simulate/populationName.ts';
import type { ScenarioPopulation } from '../../engine/simulate/Scenario.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';

/** Homes to play a scenario on, and what they are called. */
export type NamedSource = { readonly id: string; readonly source: HomeSource };

/** The homes of a generated city, with the changes of a fork; null where a scenario is played on a twin. Throws as `forkPopulation` does. */
export function generatedSource(population: ScenarioPopulation): NamedSource | null {
  if (typeof population !== 'object' || 'at' in population) return null;
  if ('seed' in population) {
    const city = cityPopulation(population);
    return { id: city.id, source: populationSource(city) };
  }
  const { of, changes } = population.fork;
  if (typeof of !== 'object' || 'at' in of) return null;
  const city = cityPopulation(of);
  const id = populationName(population);
  return { id, source: populationSource(forkPopulation(city, id, changes)) };
}
