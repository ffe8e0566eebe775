import type { Purpose } from '../../twin/words.ts';

/** Where a simulation stands. One that the program's end cut off is `interrupted`; nothing goes on with it. */
export const SIMULATION_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const;
type SimulationState = (typeof SIMULATION_STATES)[number];

/** What a running simulation is at. */
export const SIMULATION_STAGES = ['preparing', 'reading_homes', 'counting'] as const;
export type SimulationStage = (typeof SIMULATION_STAGES)[number];

/** How far it has come. `total` is 0 where nobody knows. */
export type SimulationProgress = { readonly stage: SimulationStage; readonly done: number; readonly total: number };

/** A scenario that is played, or was, as everybody is told who may know of it. Instants are ISO 8601 in UTC. */
export type Simulation = {
  readonly id: string;
  /** The account that asked for it; null for the local administrator. */
  readonly by: string | null;
  readonly state: SimulationState;
  readonly progress: SimulationProgress | null;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** The name of the scenario, of what is proposed, and of the homes that it is played on. */
  readonly scenario: string;
  readonly proposed: string;
  readonly population: string;
  /** Of whose homes it tells, when they are of the twin, and for which purpose it was asked: that is decided at each reading. */
  readonly about: { readonly area: string; readonly purpose: Purpose; readonly guarded?: true } | null;
  readonly error: SimulationError | null;
};

/** Why it failed, in the words of the failure. */
export type SimulationError = { readonly code: string; readonly message: string; readonly hint: string | null };

/** Whether nothing will happen to it any more. */
export function hasEnded({ state }: Simulation): boolean {
  return state !== 'waiting' && state !== 'running';
}
