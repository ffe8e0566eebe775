import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../../engine/Clock.ts';
import type { GuardedReport } from '../../engine/simulate/guard/GuardedReport.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { toldOfFailure } from '../errors.ts';
import type { RunGuard } from './GuardedTwin.ts';
import type { PlayedScenario } from './PlayedScenario.ts';
import { hasEnded, type Simulation, type SimulationError } from './Simulation.ts';
import type { PreparedSimulation, Simulator, Stage } from './Simulator.ts';

/** Where simulations are kept; `Writer` is one. */
export type KeptSimulations = {
  readonly keepSimulation: (simulation: Simulation, report: Uint8Array | null) => Promise<void>;
  readonly simulations: () => Promise<readonly Simulation[]>;
  readonly simulationReport: (id: string) => Promise<Uint8Array | null>;
  readonly dropSimulations: (ids: readonly string[]) => Promise<void>;
};

export type SimulationsPorts = {
  readonly kept: KeptSimulations;
  readonly simulator: Simulator;
  readonly stage: Stage;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Logger;
};

/** How many may wait, of all and of one who asks. */
const MOST_WAITING = 16;
const MOST_WAITING_OF_ONE = 4;
/** How many that have ended are kept, of all and of one who asked, and for how long. */
const MOST_KEPT = 200;
const MOST_KEPT_OF_ONE = 30;
const KEPT_MS = 30 * 86_400_000;
/** No simulation takes longer. */
const LONGEST_MS = 30 * 60_000;

type Job = {
  readonly prepared: PreparedSimulation;
  readonly guard: RunGuard | null;
  readonly abort: AbortController;
};

/**
 * The simulations of a server: one is played at a time, others wait their turn, and what came of them is kept for a while.
 * It knows no rights: whoever asks it has been let in.
 */
export class Simulations {
  readonly #ports: SimulationsPorts;
  readonly #all = new Map<string, Simulation>();
  readonly #jobs = new Map<string, Job>();
  readonly #changed = new EventEmitter<{ changed: [Simulation] }>().setMaxListeners(0);
  #running: Promise<void> | null = null;
  #closing = false;

  constructor(ports: SimulationsPorts) {
    this.#ports = ports;
  }

  /** Takes up what a folder keeps. What was not ended when the program ended never will be. */
  async open(): Promise<void> {
    const known = [...(await this.#ports.kept.simulations())].sort((a, b) => (order(a) < order(b) ? -1 : 1));
    for (const simulation of known) {
      // Nothing is written: the folder may be one that is only read.
      const now = hasEnded(simulation)
        ? simulation
        : ({ ...simulation, state: 'interrupted', progress: null } as const);
      this.#all.set(simulation.id, now);
    }
  }

  /**
   * Has a simulation played when its turn comes. Rejects with `engine:simulations.full` when too many wait, and when it
   * cannot be written down.
   */
  async start(
    prepared: PreparedSimulation,
    { guard = null, ...about }: Pick<Simulation, 'by' | 'population' | 'about'> & { readonly guard?: RunGuard | null },
  ): Promise<Simulation> {
    this.#refuseWhenFull(about.by);
    const simulation: Simulation = {
      id: this.#ports.newId(),
      ...about,
      scenario: prepared.scenario.name,
      proposed: prepared.proposed,
      state: 'waiting',
      progress: null,
      requestedAt: this.#now(),
      startedAt: null,
      endedAt: null,
      error: null,
    };
    this.#all.set(simulation.id, simulation);
    this.#jobs.set(simulation.id, { prepared, guard, abort: new AbortController() });
    try {
      await this.#ports.kept.keepSimulation(simulation, null);
    } catch (error) {
      this.#all.delete(simulation.id);
      this.#jobs.delete(simulation.id);
      throw error;
    }
    this.#playNext();
    return simulation;
  }

  /** All that are known, the latest first. */
  all(): readonly Simulation[] {
    return [...this.#all.values()].reverse();
  }

  find(id: string): Simulation | null {
    return this.#all.get(id) ?? null;
  }

  /** What came of one that is done; null when there is nothing, or it was erased. */
  async played(id: string): Promise<PlayedScenario<ImpactReport | GuardedReport> | null> {
    if (this.#all.get(id)?.state !== 'done') return null;
    const bytes = await this.#ports.kept.simulationReport(id);
    return bytes && (JSON.parse(Buffer.from(bytes).toString()) as PlayedScenario<ImpactReport | GuardedReport>);
  }

  /** Stops a simulation, wherever it is; resolves when nothing works on it any more. */
  async cancel(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job || job.abort.signal.aborted) return;
    job.abort.abort();
    if (this.#all.get(id)?.state === 'waiting') await this.#end(id, { state: 'cancelled' }, null);
    else await this.#running;
  }

  /** Tells where a simulation stands each time that changes. The answer ends it. */
  onChange(listener: (simulation: Simulation) => void): () => void {
    this.#changed.on('changed', listener);
    return () => this.#changed.off('changed', listener);
  }

  /** Stops all work; what it was on is `interrupted`. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { abort } of this.#jobs.values()) abort.abort();
    await this.#running;
    for (const id of this.#jobs.keys()) await this.#end(id, { state: 'interrupted' }, null);
  }

  #refuseWhenFull(by: string | null): void {
    const waiting = [...this.#all.values()].filter(({ state }) => state === 'waiting');
    const own = waiting.filter((each) => each.by === by);
    if (waiting.length < MOST_WAITING && own.length < MOST_WAITING_OF_ONE) return;
    const [whose, most] = own.length < MOST_WAITING_OF_ONE ? ['', MOST_WAITING] : [' of yours', MOST_WAITING_OF_ONE];
    throw new CodedError('engine:simulations.full', `${most} simulations${whose} are waiting, and no more may`, {
      hint: 'wait until one of them has ended, or cancel one',
    });
  }

  #playNext(): void {
    const [next] = [...this.#jobs.keys()].filter((id) => this.#all.get(id)?.state === 'waiting');
    if (this.#running || this.#closing || next === undefined) return;
    this.#running = this.#play(next, this.#jobs.get(next)!).finally(() => {
      this.#running = null;
      this.#playNext();
    });
  }

  async #play(id: string, { prepared, guard, abort }: Job): Promise<void> {
    const { kept, simulator, stage, clock, log } = this.#ports;
    const isTooLong = new AbortController();
    const stopWaiting = clock.after(LONGEST_MS, () => isTooLong.abort());
    try {
      this.#set(id, { state: 'running', startedAt: this.#now(), progress: { stage: 'preparing', done: 0, total: 0 } });
      await kept.keepSimulation(this.#all.get(id)!, null);
      const report = await simulator.run(prepared, stage, {
        ...(guard && { guard }),
        signal: AbortSignal.any([abort.signal, isTooLong.signal]),
        onProgress: (progress) => this.#set(id, { progress }),
      });
      await this.#end(id, { state: 'done' }, report);
    } catch (cause) {
      if (isTooLong.signal.aborted) await this.#end(id, { state: 'failed', error: tooLong() }, null);
      else if (abort.signal.aborted) await this.#end(id, { state: this.#closing ? 'interrupted' : 'cancelled' }, null);
      else {
        const error = toldOfFailure(cause);
        if (error.code === 'engine:internal') log.error({ err: cause, simulation: id }, 'a simulation failed');
        await this.#end(id, { state: 'failed', error }, null);
      }
    } finally {
      stopWaiting();
    }
  }

  /** Ends it whatever comes: that its end cannot be kept must not keep others waiting. */
  async #end(
    id: string,
    end: Pick<Simulation, 'state'> & Partial<Simulation>,
    report: Uint8Array | null,
  ): Promise<void> {
    this.#jobs.delete(id);
    const ended = { ...this.#all.get(id)!, ...end, progress: null, endedAt: this.#now() };
    try {
      await this.#ports.kept.keepSimulation(ended, report);
      this.#set(id, ended);
      await this.#dropOld();
    } catch (error) {
      this.#ports.log.error({ err: error, simulation: id }, 'the end of a simulation was not kept');
      const isErased = error instanceof CodedError && error.code === 'engine:simulation.erased';
      this.#set(id, { ...ended, state: 'failed', error: isErased ? toldOfFailure(error) : NOT_KEPT });
    }
  }

  async #dropOld(): Promise<void> {
    const oldest = this.#ports.clock.now() - KEPT_MS;
    const ofOne = new Map<string | null, number>();
    let count = 0;
    const old = this.all().filter((simulation) => {
      if (!hasEnded(simulation)) return false;
      const own = (ofOne.get(simulation.by) ?? 0) + 1;
      ofOne.set(simulation.by, own);
      count += 1;
      return Date.parse(simulation.requestedAt) < oldest || own > MOST_KEPT_OF_ONE || count > MOST_KEPT;
    });
    if (old.length === 0) return;
    await this.#ports.kept.dropSimulations(old.map(({ id }) => id));
    for (const { id } of old) this.#all.delete(id);
  }

  #set(id: string, change: Partial<Simulation>): void {
    const simulation = { ...this.#all.get(id)!, ...change };
    this.#all.set(id, simulation);
    this.#changed.emit('changed', simulation);
  }

  #now(): string {
    return new Date(this.#ports.clock.now()).toISOString();
  }
}

const NOT_KEPT: SimulationError = {
  code: 'engine:records.unavailable',
  message: 'what came of it could not be kept',
  hint: 'ask `/readyz` for the reasons',
};

function tooLong(): SimulationError {
  const message = `it took more than ${LONGEST_MS / 60_000} minutes`;
  return { code: 'engine:simulation.too_long', message, hint: 'take fewer homes, or run it by `twinward simulate`' };
}

function order({ requestedAt, id }: Simulation): string {
  return `${requestedAt} ${id}`;
}
