import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { loadSides, type Sides } from '../../engine/sides/loadSides.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import type { ScenarioDocument } from '../../engine/simulate/parseScenario.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { type PeriodReport, simulatePeriod } from '../../engine/simulate/simulatePeriod.ts';
import { type SimulatePorts, simulate } from '../../engine/simulate.ts';
import type { Area } from '../../twin/changes.ts';
import { startProgress } from '../progress.ts';
import { readVersion } from '../version.ts';
import { placed } from './chooseScenario.ts';
import { type OpenedPopulation, openPopulation } from './openPopulation.ts';
import { sidePorts } from './sidePorts.ts';

/** A scenario with all that it is played with. Another pair of sides may be played on the same homes. */
export type Stage = ScenarioDocument & {
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
export async function openScenario({ scenario, place }: ScenarioDocument): Promise<Stage> {
  const failing = new AbortController();
  // One for both sides; ending it ends what it is at, so that nobody waits for what is not wanted any more.
  const compiler = new RegoCompiler();
  try {
    const loading = loadSides(scenario, { ...sidePorts(), compiler });
    loading.catch((reason: unknown) => failing.abort(reason));
    const [sides, population] = await Promise.all([loading, openPopulation(scenario, failing.signal)]);
    return { scenario, place, sides, population };
  } catch (error) {
    throw placed(error, place);
  } finally {
    await compiler.close();
  }
}

/** Counts a scenario's homes under both sides, and holds what changes against limits. */
export function playScenario({ scenario, ...stage }: Stage, limits: readonly Limit[] = []): Played {
  const report = play(stage, limits, (ports) => simulate(scenario, ports));
  return { report, scenario, areas: stage.population.columns.source.graph.areas };
}

/** Counts a scenario's homes over its period: what the whole is, and what each of its reports tells. */
export function playPeriod(
  { scenario, ...stage }: Stage,
  until: string,
  limits: readonly Limit[] = [],
): { readonly period: PeriodReport; readonly plays: readonly Played[] } {
  const { areas } = stage.population.columns.source.graph;
  const progress = startProgress({ label: 'playing the period', total: 1 });
  const onProgress = (played: number, instants: number) => progress.update(played / instants);
  try {
    const period = play(stage, limits, (ports) => simulatePeriod({ ...scenario, until }, ports, onProgress));
    return { period, plays: period.reports.map((report) => ({ report, scenario, areas })) };
  } finally {
    progress.end();
  }
}

function play<Result>(
  { place, sides, population }: Omit<Stage, 'scenario'>,
  limits: readonly Limit[],
  work: (ports: SimulatePorts) => Result,
): Result {
  const { id, columns, questions } = population;
  try {
    return work({ population: id, columns, questions, limits, version: readVersion(), ...sides });
  } catch (error) {
    throw placed(error, place);
  }
}
