import { sm3 } from '../../trust/sm3.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { ScenarioPopulation } from './Scenario.ts';

/** What a population is called, such as `city-1-2000` or `twin`; forks by equal changes have one name. */
export function populationName(population: ScenarioPopulation): string {
  if (population === 'live') return 'twin';
  if ('at' in population) return `twin-at-${new Date(population.at).toISOString()}`;
  if ('seed' in population) return `city-${population.seed}-${population.homes}`;
  const { of, changes } = population.fork;
  return `${populationName(of)}-fork-${sm3(canonicalJson(changes)).toString('hex').slice(0, 8)}`;
}
