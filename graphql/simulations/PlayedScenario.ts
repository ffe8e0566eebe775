import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import type { Area } from '../../twin/changes.ts';

/** What came of a scenario, and what texts about it need besides: the scenario as it was played, and the areas in the report. */
export type PlayedScenario<Report = ImpactReport> = {
  readonly report: Report;
  readonly scenario: Scenario;
  readonly areas: readonly Area[];
};
