import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { CodedError } from '../twin/CodedError.ts';
import type { RunGuard } from './simulations/GuardedTwin.ts';
import type { PlayedScenario } from './simulations/PlayedScenario.ts';
import type { PreparedSimulation, RunOptions, SimulationRequest, Simulator, Stage } from './simulations/Simulator.ts';

/** A scenario that can be played on any generated city. */
export const SUMMER = `
version: 1
name: summer
title: A hot summer
question: Who would see more?
at: 2026-11-04T05:20:00Z
population: { seed: 1, homes: 10 }
area: province
requesters: [{ id: regulator, tier: province }]
actions: [read]
purposes: [regulation]
`;

/** Plays scenarios by hand: a test says how far one has come and how it ends. */
export class HandSimulator implements Simulator {
  /** The scenarios that were begun, in order. */
  readonly begun: PreparedSimulation[] = [];
  /** How it is guarded for whom it is played; null for one who has the right to exact counts. */
  guard: RunGuard | null = null;
  #current: { readonly options: RunOptions; readonly end: PromiseWithResolvers<Uint8Array> } | null = null;

  prepare({ scenario: source, proposed, population }: SimulationRequest): PreparedSimulation {
    if ('name' in source && source.name !== 'summer') {
      throw new CodedError('scenario:document.not_found', `there is no scenario \`${source.name}\``);
    }
    const read = parseScenario('text' in source ? source.text : SUMMER, 'scenarioText');
    const scenario = population === 'live' ? { ...read, population } : read;
    const sent = typeof proposed === 'object' ? proposed : [];
    return { scenario, limits: [], proposed: typeof proposed === 'string' ? proposed : 'sent', sent };
  }

  run(simulation: PreparedSimulation, _stage: Stage, options: RunOptions): Promise<Uint8Array> {
    this.begun.push(simulation);
    this.guard = options.guard ?? null;
    const end = Promise.withResolvers<Uint8Array>();
    this.#current = { options, end };
    options.signal.addEventListener('abort', () => end.reject(options.signal.reason as Error));
    return end.promise;
  }

  page(played: PlayedScenario<unknown>): string {
    return `<!doctype html>${JSON.stringify(played.report)}`;
  }

  /** Says how far the one that is played has come. */
  tell(done: number, total: number): void {
    this.#current!.options.onProgress({ stage: 'reading_homes', done, total });
  }

  end(report: unknown): void {
    this.#current!.end.resolve(Buffer.from(JSON.stringify({ report, scenario: {}, areas: [] })));
  }

  fail(error: Error): void {
    this.#current!.end.reject(error);
  }
}
