import { join } from 'node:path';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { findNamed, type Shelf } from '../findNamed.ts';
import { readInput } from '../readInput.ts';
import { repositoryRoot } from '../repositoryRoot.ts';

/** Where the scenarios of the program are. */
export const SCENARIOS = {
  what: 'scenario',
  folder: join(repositoryRoot, 'simulators', 'scenarios'),
  code: 'scenario:document.not_found',
} as const satisfies Shelf;

/** What the command line says in the place of what the scenario says. */
export type ScenarioOptions = {
  /** Its name, or where paths are allowed a file or `-` for standard input. */
  readonly scenario: string;
  readonly homes?: number;
  readonly seed?: number;
  readonly proposed?: string;
};

/** Reads the scenario that the command line names, with its options in the place of what it says itself. */
export async function chooseScenario(options: ScenarioOptions, paths: boolean): Promise<Scenario> {
  const scenario = await readScenario(options.scenario, paths);
  const { seed = scenario.population.seed, homes = scenario.population.homes } = options;
  return {
    ...scenario,
    population: { seed, homes },
    ...(options.proposed !== undefined && { draft: options.proposed }),
  };
}

async function readScenario(name: string, paths: boolean): Promise<Scenario> {
  if (name === '-' && paths) return parseScenario(await readInput('-'), 'standard input');
  const file = findNamed(name, SCENARIOS, paths);
  return parseScenario(await readInput(file), file);
}
