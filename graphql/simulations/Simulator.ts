import type { RegoModule } from '../../engine/rego/Compiled.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import type { SimulationProgress } from './Simulation.ts';

/** A scenario of the program by its name, or its text in YAML or JSON. */
export type ScenarioSource =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

/** A draft of the program by its name, or the Rego files that it is. */
export type DraftSource =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'files'; readonly files: readonly RegoModule[] };

/** What somebody wants to have simulated. */
export type SimulationRequest = {
  readonly scenario: ScenarioSource;
  /** In the place of the draft that the scenario names. */
  readonly draft: DraftSource | null;
};

/** A request that can be played: a scenario that was read and a draft that is there. */
export type PreparedSimulation = {
  readonly scenario: Scenario;
  readonly draft: {
    /** What it is called where simulations are listed. */
    readonly name: string;
    /** The file or folder that it is, as the repository names it, and all its files. */
    readonly path: string;
    readonly files: readonly RegoModule[];
  };
};

export type RunOptions = {
  /** The texts of the bundle that decides now, by path: the baseline. */
  readonly active: Readonly<Record<string, string>>;
  /** A folder for what is laid out and compiled meanwhile, and the key that codes what is compiled there. */
  readonly scratch: { readonly folder: string; readonly key: Uint8Array };
  readonly onProgress: (progress: SimulationProgress) => void;
  /** Ends the work at once; then `run` rejects. */
  readonly signal: AbortSignal;
};

/** Plays scenarios away from the thread that decides: whoever joins the program hands one in. */
export interface Simulator {
  /** Throws `scenario:*` and `policy:draft.not_found` for what cannot be played. */
  prepare(request: SimulationRequest): PreparedSimulation;
  /** The impact report, as JSON in UTF-8. Rejects with the failure that a client is told. */
  run(simulation: PreparedSimulation, options: RunOptions): Promise<Uint8Array>;
}
