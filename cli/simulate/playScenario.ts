import { loadSides, type Sides } from '../../engine/sides/loadSides.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { ScenarioDocument } from '../../engine/simulate/parseScenario.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import type { Area } from '../../twin/changes.ts';
import { readVersion } from '../version.ts';
import { placed } from './chooseScenario.ts';
import { type OpenedPopulation, openPopulation } from './openPopulation.ts';
import { sidePorts } from './sidePorts.ts';

/** A scenario with all that it is played with. Another pair of sides may be played on the same homes. */
export type Stage = {
  readonly scenario: Scenario;
  readonly sides: Sides;
  readonly population: OpenedPopulation;
};

/** What came of a scenario, and what texts about it need besides. */
export type Played = {
  readonly report: ImpactReport;
  readonly scenario: Scenario;
  readonly areas: ReadonlyMap<string, Area>;
};

/** Loads what a scenario needs. What is wrong is told with its place, and ends all that was begun. */
export async function openScenario({ scenario, place }: ScenarioDocument, paths: boolean): Promise<Stage> {
  const failing = new AbortController();
  return placed(place, async () => {
    const loading = loadSides(scenario, sidePorts(paths));
    loading.catch((reason: unknown) => failing.abort(reason));
    const [sides, population] = await Promise.all([loading, openPopulation(scenario, failing.signal)]);
    return { scenario, sides, population };
  });
}

/** Counts a scenario's homes under both sides. */
export function playScenario({ scenario, sides, population }: Stage): Played {
  const { id, columns, questions } = population;
  const report = simulate(scenario, { population: id, columns, questions, version: readVersion(), ...sides });
  return { report, scenario, areas: columns.source.graph.areas };
}
