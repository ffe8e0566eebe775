import type { HomeSource } from '../../engine/census/HomeSource.ts';
import type { Population } from '../../engine/census/Population.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { forkPopulation } from '../../engine/fork/forkPopulation.ts';
import { populationName } from '../../engine/simulate/populationName.ts';
import { HIGHEST_SEED, MOST_HOMES, type ScenarioPopulation } from '../../engine/simulate/Scenario.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';
import { CodedError } from '../../twin/CodedError.ts';

/** Homes to play a scenario on, and what they are called. */
export type NamedSource = { readonly id: string; readonly source: HomeSource };

/**
 * The homes of a generated city, with the changes of a fork; null where a scenario is played on a twin. Throws
 * `scenario:population.invalid` for a size or a seed that no city has, and as `forkPopulation` does.
 */
export function generatedPopulation(population: ScenarioPopulation): Population | null {
  if (typeof population !== 'object' || 'at' in population) return null;
  if ('seed' in population) return city(population);
  const { of, changes } = population.fork;
  if (typeof of !== 'object' || 'at' in of) return null;
  return forkPopulation(city(of), populationName(population), changes);
}

/** What stands in the place of a scenario's own numbers did not pass its schema. */
function city(size: { readonly seed: number; readonly homes: number }): Population {
  const { seed, homes } = size;
  const fits = (number: number, least: number, most: number) =>
    Number.isInteger(number) && number >= least && number <= most;
  if (fits(homes, 1, MOST_HOMES) && fits(seed, 0, HIGHEST_SEED)) return cityPopulation(size);
  throw new CodedError('scenario:population.invalid', `no generated city has ${homes} homes and the seed ${seed}`, {
    place: { path: '/population' },
    hint: `homes from 1 to ${MOST_HOMES}, and a seed from 0 to ${HIGHEST_SEED}`,
  });
}

/** The same as a source of columns. */
export function generatedSource(population: ScenarioPopulation): NamedSource | null {
  const generated = generatedPopulation(population);
  return generated && { id: generated.id, source: populationSource(generated) };
}
