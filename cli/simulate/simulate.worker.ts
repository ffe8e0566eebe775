/** Plays one scenario off the main thread, and posts how far it is and what came of it. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Columns } from '../../engine/census/Columns.ts';
import type { Problem } from '../../engine/rego/Compiled.ts';
import { loadPolicies, loadValidPolicies } from '../../engine/rego/loadPolicies.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import { simulate } from '../../engine/simulate.ts';
import type { SimulationStage } from '../../graphql/simulations/Simulation.ts';
import { toPortable } from '../../graphql/writer/protocol.ts';
import { CodedError, invariant } from '../../twin/CodedError.ts';
import { formatProblem, problemOfPolicy } from '../problems.ts';
import { generatedSource } from './generatedSource.ts';
import type { SimulateAnswer, SimulateRequest } from './runInWorker.ts';

/** How often it says how far it is. */
const TELL_MS = 100;
/** Whatever else runs goes first. */
const NICE = 15;

invariant(parentPort, 'simulate.worker.ts runs as a worker');
const port = parentPort;
const request = workerData as SimulateRequest;
stepBack();

try {
  const report = Buffer.from(JSON.stringify(await play(request)));
  // Its bytes are moved and not copied: they must not lie in memory that other buffers share.
  const bytes = new Uint8Array(report);
  port.postMessage({ kind: 'done', report: bytes } satisfies SimulateAnswer, [bytes.buffer]);
} catch (error) {
  port.postMessage({ kind: 'failed', error: toPortable(error) } satisfies SimulateAnswer);
}

async function play({ folder, draft, scenario, cache }: SimulateRequest) {
  const policies = join(folder, 'policies');
  const baseline = await loadValidPolicies(policies, cache);
  const load = await loadPolicies(policies, { draft: join(folder, draft) });
  if (load.kind === 'rejected') throw invalidDraft(load.problems);

  const population = generatedSource(scenario.population);
  invariant(population, 'what was prepared is played on a generated city');
  const { source } = population;
  const questions = questionsOf(scenario, source.graph);
  tell('reading_homes', 0, source.size);
  let next = performance.now() + TELL_MS;
  const onProgress = (homes: number) => {
    if (performance.now() < next) return;
    next = performance.now() + TELL_MS;
    tell('reading_homes', homes, source.size);
  };
  const columns = await Columns.build(source, { questions, onProgress });
  tell('counting', 0, 0);
  return simulate(scenario, { population: population.id, columns, questions, baseline, proposed: load.bundle });
}

function invalidDraft(problems: readonly Problem[]): CodedError {
  return new CodedError('policy:draft.invalid', `the draft has ${problems.length} problem(s)`, {
    hint: problems.map((problem) => formatProblem(problemOfPolicy(problem))).join('\n'),
  });
}

function tell(stage: SimulationStage, done: number, total: number): void {
  port.postMessage({ kind: 'progress', progress: { stage, done, total } } satisfies SimulateAnswer);
}

/** Lowers the priority of this thread, and of those that it starts, where the system knows threads by number. */
function stepBack(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICE);
  } catch {
    // Elsewhere it shares the processor with all others.
  }
}
