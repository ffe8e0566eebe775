import type { BundleFile } from '../../engine/bundle/BundleFile.ts';
import type { LiveColumns } from '../../engine/census/LiveColumns.ts';
import type { RegoModule } from '../../engine/rego/Compiled.ts';
import type { GuardedReport } from '../../engine/simulate/guard/GuardedReport.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import type { ActivationRecord } from '../../trust/activations/ActivationRecord.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { RunGuard } from './GuardedTwin.ts';
import type { PlayedScenario } from './PlayedScenario.ts';
import type { SimulationProgress } from './Simulation.ts';

/** What somebody wants to have simulated: a scenario by name or as text, with what stands in the place of its own words. */
export type SimulationRequest = {
  /** A scenario of the program by its name, or its text in YAML or JSON. */
  readonly scenario: { readonly name: string } | { readonly text: string };
  /** Policies as a scenario names them: `active`, a draft of the program, the number of a record, the id of a bundle. */
  readonly baseline?: string;
  /** The same, or the Rego files of a draft. */
  readonly proposed?: string | readonly RegoModule[];
  /** ISO 8601. */
  readonly at?: string;
  readonly population?: 'live' | 'generated';
  readonly homes?: number;
  readonly seed?: number;
  /** What may change at most, in YAML or JSON. */
  readonly budget?: string;
};

/** A request that can be played. */
export type PreparedSimulation = {
  readonly scenario: Scenario;
  readonly limits: readonly Limit[];
  /** What is proposed, as it is called where simulations are listed. */
  readonly proposed: string;
  /** The Rego files of a draft that was sent; empty when none was. */
  readonly sent: readonly RegoModule[];
};

/** What scenarios are played with on a server. */
export type Stage = {
  readonly folder: string;
  /** Codes what is compiled there, so that nobody else's code is run. */
  readonly cacheKey: Uint8Array;
  /** The bundle that decides now. Throws `policy:bundle.missing`. */
  readonly active: () => BundleFile;
  readonly records: () => readonly ActivationRecord[];
  readonly live: LiveColumns;
  /**
   * The twin as it was known at an instant, and devices as they had been heard of by `now`; in milliseconds since 1970.
   * Rejects with `twin:instant.too_early`.
   */
  readonly twinAt: (
    instant: number,
    options: { readonly now: number; readonly signal: AbortSignal },
  ) => Promise<TwinGraph>;
};

export type RunOptions = {
  /** For a reader without the right to exact counts of the twin. */
  readonly guard?: RunGuard;
  readonly onProgress: (progress: SimulationProgress) => void;
  /** Ends the work at once; then `run` rejects. */
  readonly signal: AbortSignal;
};

/** Plays scenarios away from the thread that decides: whoever joins the program hands one in. */
export interface Simulator {
  /** Throws `scenario:*`, `command:*` and `policy:draft.*` for what cannot be played. */
  prepare(request: SimulationRequest): PreparedSimulation;
  /** What came of it: a `PlayedScenario` as JSON in UTF-8, with a guarded report where there is a guard. Rejects with the failure that a client is told. */
  run(simulation: PreparedSimulation, stage: Stage, options: RunOptions): Promise<Uint8Array>;
  /** What came of it as one page of HTML. */
  page(played: PlayedScenario<ImpactReport | GuardedReport>): string;
}
