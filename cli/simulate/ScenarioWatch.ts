import { isDeepStrictEqual } from 'node:util';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { EditedSides } from '../../engine/sides/EditedSides.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import type { ScenarioDocument } from '../../engine/simulate/parseScenario.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { ImpactPlan } from '../../engine/simulate.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { readVersion } from '../version.ts';
import { placed } from './chooseScenario.ts';
import { generatedSource } from './generatedSource.ts';
import { type OpenedPopulation, openPopulation } from './openPopulation.ts';
import type { Played } from './playScenario.ts';
import { sidePorts } from './sidePorts.ts';

/** What is watched, each read again for every run. */
export type Watched = {
  readonly scenario: () => Promise<ScenarioDocument>;
  readonly limits: () => Promise<readonly Limit[]>;
};

/** What a run came to, and how long its parts took, in milliseconds. */
export type WatchedRun = {
  readonly played: Played;
  /** Reading what was saved and compiling what changed of it, deciding what may have changed, and counting. */
  readonly took: { readonly compile: number; readonly decide: number; readonly count: number };
};

/**
 * A scenario that is played again and again while its files are edited: homes are read once, and only policies that changed
 * are compiled. The active bundle is that of the start.
 */
export class ScenarioWatch {
  readonly #watched: Watched;
  readonly #compiler = new RegoCompiler();
  readonly #sides: EditedSides;
  #homes: { readonly of: Partial<Scenario>; readonly population: Promise<OpenedPopulation> } | undefined;
  #plan: { readonly of: readonly unknown[]; readonly plan: ImpactPlan } | undefined;
  #decided = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#sides = new EditedSides({ ...sidePorts(), compiler: this.#compiler });
  }

  /**
   * Plays what is there now. Rejects as `chooseScenario`, `loadSides`, `openPopulation` and `simulate` do, and as
   * `assertPlayable` does.
   */
  async run(): Promise<WatchedRun> {
    const started = performance.now();
    const [{ scenario, place }, limits] = await Promise.all([this.#watched.scenario(), this.#watched.limits()]);
    assertPlayable(scenario, place);
    try {
      const [{ baseline, proposed }, homes] = await Promise.all([
        this.#sides.load(scenario),
        this.#population(scenario),
      ]);
      const compiled = performance.now();
      const report = this.#planOf(scenario, limits, homes).play(baseline, proposed);
      const decided = this.#decided;
      const took = {
        compile: compiled - started,
        decide: decided - compiled,
        count: performance.now() - decided,
      };
      return { played: { report, scenario, areas: homes.columns.source.graph.areas }, took };
    } catch (error) {
      throw placed(error, place);
    }
  }

  async close(): Promise<void> {
    await this.#compiler.close();
  }

  /** What follows from the homes alone is kept from edit to edit. */
  #planOf(scenario: Scenario, limits: readonly Limit[], homes: OpenedPopulation): ImpactPlan {
    const { id, columns, questions } = homes;
    const of = [scenario, limits, id];
    if (!this.#plan || !isDeepStrictEqual(this.#plan.of, of)) {
      const onStep = (step: 'decided' | 'counted') => {
        if (step === 'decided') this.#decided = performance.now();
      };
      const ports = { population: id, columns, questions, limits, version: readVersion(), onStep };
      this.#plan = { of, plan: new ImpactPlan(scenario, ports) };
    }
    return this.#plan.plan;
  }

  /** The homes of a scenario: read anew when it asks about others, or asks otherwise. */
  #population(scenario: Scenario): Promise<OpenedPopulation> {
    const { name, title, question, expect, baseline, proposed, draft, ...of } = scenario;
    if (!this.#homes || !isDeepStrictEqual(this.#homes.of, of)) {
      this.#plan = undefined;
      const homes = { of, population: openPopulation(scenario, new AbortController().signal) };
      this.#homes = homes;
      homes.population.catch(() => {
        if (this.#homes === homes) this.#homes = undefined;
      });
    }
    return this.#homes.population;
  }
}

/** Throws `scenario:watch.live` for homes that are no generated ones, and `scenario:watch.period` for a period. */
export function assertPlayable({ population, until }: Scenario, place: ScenarioDocument['place']): void {
  if (until !== undefined) {
    throw new CodedError('scenario:watch.period', 'a period is not played while one types', {
      place: place('/until'),
      hint: 'name an instant of it: `--at <date>`',
    });
  }
  // Whoever edits a policy has no right to people's homes by that alone.
  if (generatedSource(population) === null) {
    throw new CodedError('scenario:watch.live', 'a draft is watched on generated homes, not on those of a twin', {
      place: place('/population'),
      hint: 'take a generated city: `--population generated`',
    });
  }
}
