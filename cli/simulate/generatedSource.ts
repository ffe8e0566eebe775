import type { HomeSource } from '../../engine/census/HomeSource.ts';
import type { Population } from '../../engine/census/Population.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { forkPopulation } from '../../engine/fork/forkPopulation.ts';
import { populationName } from '../../engine/simulate/populationName.ts';
import type { ScenarioPopulation } from '../../engine/simulate/Scenario.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';

/** Homes to play a scenario on, and what they are called. */
export type NamedSource = { readonly id: string; readonly source: HomeSource };

/** The homes of a generated city, with the changes of a fork; null where a scenario is played on a twin. Throws as `forkPopulation` does. */
export function generatedPopulation(population: ScenarioPopulation): Population | null {
  if (typeof population !== 'object' || 'at' in population) return null;
  if ('seed' in population) return cityPopulation(population);
  const { of, changes } = population.fork;
  if (typeof of !== 'object' || 'at' in of) return null;
  return forkPopulation(cityPopulation(of), populationName(population), changes);
}

/** The same as a source of columns. */
export function generatedSource(population: ScenarioPopulation): NamedSource | null {
  const generated = generatedPopulation(population);
  return generated && { id: generated.id, source: populationSource(generated) };
}
