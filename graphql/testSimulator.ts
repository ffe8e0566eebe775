import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { CodedError } from '../twin/CodedError.ts';
import type { PreparedSimulation, RunOptions, SimulationRequest, Simulator } from './simulations/Simulator.ts';

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
  /** The scenarios and drafts that were begun, in order. */
  readonly begun: PreparedSimulation[] = [];
  #current: { readonly options: RunOptions; readonly end: PromiseWithResolvers<Uint8Array> } | null = null;

  prepare({ scenario, draft }: SimulationRequest): PreparedSimulation {
    if (scenario.kind === 'name' && scenario.name !== 'summer') {
      throw new CodedError('scenario:document.not_found', `there is no scenario \`${scenario.name}\``);
    }
    const name = draft?.kind === 'name' ? draft.name : 'sent';
    const files = draft?.kind === 'files' ? draft.files : [];
    const text = scenario.kind === 'text' ? scenario.text : SUMMER;
    return { scenario: parseScenario(text, 'scenarioText'), draft: { name, path: name, files } };
  }

  run(simulation: PreparedSimulation, options: RunOptions): Promise<Uint8Array> {
    this.begun.push(simulation);
    const end = Promise.withResolvers<Uint8Array>();
    this.#current = { options, end };
    options.signal.addEventListener('abort', () => end.reject(options.signal.reason as Error));
    return end.promise;
  }

  /** Says how far the one that is played has come. */
  tell(done: number, total: number): void {
    this.#current!.options.onProgress({ stage: 'reading_homes', done, total });
  }

  end(report: unknown): void {
    this.#current!.end.resolve(Buffer.from(JSON.stringify(report)));
  }

  fail(error: Error): void {
    this.#current!.end.reject(error);
  }
}
