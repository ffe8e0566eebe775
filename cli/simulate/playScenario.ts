import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import type { Area } from '../../twin/changes.ts';
import { readVersion } from '../version.ts';
import type { Sides } from './loadSides.ts';
import type { OpenedPopulation } from './openPopulation.ts';

/** What came of a scenario, and what texts about it need besides. */
export type Played = {
  readonly report: ImpactReport;
  readonly scenario: Scenario;
  readonly areas: ReadonlyMap<string, Area>;
};

/** Counts a scenario's homes under both sides. Another pair of sides may be played on the same homes. */
export function playScenario(scenario: Scenario, sides: Sides, population: OpenedPopulation): Played {
  const { id, columns, questions } = population;
  const report = simulate(scenario, { population: id, columns, questions, version: readVersion(), ...sides });
  return { report, scenario, areas: columns.source.graph.areas };
}
