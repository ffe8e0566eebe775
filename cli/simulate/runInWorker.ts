import { Worker } from 'node:worker_threads';
import { withUnpacked } from '../../engine/bundle/unpackBundle.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import type { SimulationProgress } from '../../graphql/simulations/Simulation.ts';
import type { PreparedSimulation, RunOptions } from '../../graphql/simulations/Simulator.ts';
import { fromPortable, type PortableError } from '../../graphql/writer/protocol.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { repositoryRoot } from '../repositoryRoot.ts';

/** What the worker is told: the policies that are laid out in a folder, and the draft among them. */
export type SimulateRequest = {
  readonly folder: string;
  readonly draft: string;
  readonly scenario: Scenario;
  readonly cache: { readonly cache: string; readonly cacheKey: Uint8Array };
};

/** What it says: how far it is, and in the end the report as JSON in UTF-8, or why there is none. */
export type SimulateAnswer =
  | { readonly kind: 'progress'; readonly progress: SimulationProgress }
  | { readonly kind: 'done'; readonly report: Uint8Array }
  | { readonly kind: 'failed'; readonly error: PortableError };

/** No simulation holds more; one that would fails, and the program goes on. */
const MOST_MEGABYTES = 6_000;

/** Plays a scenario in a thread of its own, at low priority, so that live decisions go on meanwhile. */
export function runInWorker(
  { scenario, draft }: PreparedSimulation,
  { active, scratch, onProgress, signal }: RunOptions,
): Promise<Uint8Array> {
  const files = { ...active, ...Object.fromEntries(draft.files.map(({ file, source }) => [file, source])) };
  const cache = { cache: scratch.folder, cacheKey: scratch.key };
  return withUnpacked({ files }, { root: repositoryRoot, scratch: scratch.folder }, (folder) =>
    work({ folder, draft: draft.path, scenario, cache }, { onProgress, signal }),
  );
}

async function work(
  request: SimulateRequest,
  { onProgress, signal }: Pick<RunOptions, 'onProgress' | 'signal'>,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./simulate.worker.ts', import.meta.url), {
    workerData: request,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  worker.on('message', (answer: SimulateAnswer) => {
    if (answer.kind === 'progress') onProgress(answer.progress);
    else if (answer.kind === 'done') resolve(answer.report);
    else reject(fromPortable(answer.error));
  });
  worker.on('error', (cause: NodeJS.ErrnoException) =>
    reject(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(cause) : cause),
  );
  worker.on('exit', () => reject(new Error('the thread of a simulation ended without an answer')));
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function tooLarge(cause: unknown): CodedError {
  return new CodedError('engine:simulation.too_large', `it needs more than ${MOST_MEGABYTES} MB of memory`, {
    hint: 'take fewer homes or requesters',
    cause,
  });
}
