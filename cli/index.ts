/** What other programs import as `twinward`. */
export type { Population } from '../engine/census/Population.ts';
export type { ImpactReport } from '../engine/simulate/ImpactReport.ts';
export { CodedError } from '../twin/CodedError.ts';
export { type ScenarioRun, simulateScenario } from './simulate/simulateScenario.ts';
