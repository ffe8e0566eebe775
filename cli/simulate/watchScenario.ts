import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { PolicyChoice } from '../../engine/simulate/Scenario.ts';
import { print } from '../output.ts';
import { formatProblem, type Problem, problemOf } from '../problems.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { runOnChange } from '../runOnChange.ts';
import { watchText } from '../watchText.ts';
import { assertPlayable, ScenarioWatch, type Watched, type WatchedRun } from './ScenarioWatch.ts';

export type WatchOptions = Watched & {
  readonly json: boolean;
  /** Files beside the policies that are watched, such as the scenario. */
  readonly files: readonly string[];
};

/**
 * Plays a scenario now and after every save, until a signal asks to stop, and prints each time what a draft would change. A
 * draft that does not compile shows what is wrong with it, above the last result. Rejects as `assertPlayable` does.
 */
export async function watchScenario({ json, files, ...watched }: WatchOptions): Promise<void> {
  const { scenario, place } = await watched.scenario();
  assertPlayable(scenario, place);
  const watch = new ScenarioWatch(watched);
  const policies = [scenario.baseline, scenario.proposed].flatMap((choice) => filesOf(choice));
  const told = new Watcher(json);
  try {
    await runOnChange([join(repositoryRoot, 'policies'), ...policies, ...files], async (since) => {
      const result = await watch.run().catch(problemOf);
      told.tell(result, performance.now() - since);
    });
  } finally {
    await watch.close();
  }
}

/** Files that a scenario names for its policies. */
function filesOf(choice: PolicyChoice | undefined): readonly string[] {
  if (choice === undefined) return [];
  if (typeof choice === 'string') return [choice].filter((name) => existsSync(name));
  if ('bundle' in choice) return filesOf(String(choice.bundle));
  const base = filesOf(choice.base);
  return 'draft' in choice ? [...base, ...filesOf(choice.draft)] : [...base, ...Object.values(choice.replace ?? {})];
}

/** Tells what each run came to: JSON on one line each, or text with what the last edit did. */
class Watcher {
  readonly #json: boolean;
  #last: ImpactReport | undefined;
  #runs = 0;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** @param passed since the save, in milliseconds */
  tell(result: WatchedRun | Problem, passed: number): void {
    this.#runs += 1;
    const text = 'played' in result ? this.#counted(result, passed) : this.#failed(result, passed);
    if (!this.#json && process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[3J\x1b[H');
    print(text);
  }

  #counted({ played: { report, scenario }, took }: WatchedRun, passed: number): string {
    const last = this.#last;
    this.#last = report;
    if (this.#json) return JSON.stringify({ kind: 'counted', report, took: { ...took, all: passed } });
    const parts = `compiling ${ms(took.compile)}, deciding ${ms(took.decide)}, counting ${ms(took.count)}`;
    return `${scenario.title}\n${watchText(report, last)}\n\n${this.#timeLine('counted', passed, parts)}`;
  }

  #failed(problem: Problem, passed: number): string {
    if (this.#json) return JSON.stringify({ kind: 'failed', problem, took: { all: passed } });
    const kept = this.#last ? ['', 'What was counted last:', watchText(this.#last, undefined)] : [];
    return [formatProblem(problem), ...kept, '', this.#timeLine('failed', passed)].join('\n');
  }

  #timeLine(what: string, passed: number, parts?: string): string {
    const at = new Date().toTimeString().slice(0, 8);
    const since = this.#runs === 1 ? `in ${ms(passed)}` : `${ms(passed)} after the save`;
    return `${what} at ${at}, ${since}${parts === undefined ? '' : ` (${parts})`}; saving counts again, Ctrl-C ends`;
  }
}

function ms(time: number): string {
  return `${Math.round(time)} ms`;
}
