import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { BundleFile } from '../../engine/bundle/BundleFile.ts';
import type { ColumnsSnapshot } from '../../engine/census/ColumnsSnapshot.ts';
import { type LiveCensus, LiveColumns } from '../../engine/census/LiveColumns.ts';
import type { RegoModule } from '../../engine/rego/Compiled.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import type { RunGuard } from '../../graphql/simulations/GuardedTwin.ts';
import type { SimulationProgress } from '../../graphql/simulations/Simulation.ts';
import type { PreparedSimulation, RunOptions, Stage } from '../../graphql/simulations/Simulator.ts';
import { fromPortable, type PortableError } from '../../graphql/writer/protocol.ts';
import type { ActivationRecord } from '../../trust/activations/ActivationRecord.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { answerIds, type IdsLine } from './askedIds.ts';

/** What the worker is told. */
export type SimulateRequest = {
  readonly scenario: Scenario;
  readonly limits: readonly Limit[];
  /** The data folder, the bundle that decides there, and the records of all that did. */
  readonly folder: string;
  readonly active: BundleFile;
  readonly records: readonly ActivationRecord[];
  readonly cacheKey: Uint8Array;
  /** Where the files of a draft lie that was sent; null when none was. */
  readonly draft: string | null;
  /** The homes of the twin; null where the scenario names a generated city. */
  readonly live: { readonly snapshot: ColumnsSnapshot; readonly ids: IdsLine } | null;
  /** The right of a reader who has none to exact counts; null for all others. */
  readonly guarded: RunGuard['right'] | null;
};

/** What it says: how far it is, and in the end a `PlayedScenario` as JSON in UTF-8, or why there is none. */
export type SimulateAnswer =
  | { readonly kind: 'progress'; readonly progress: SimulationProgress }
  /** A guarded answer is to be paid for: it goes on when it is told what was `Paid`. */
  | { readonly kind: 'price'; readonly bundles: { readonly baseline: string; readonly proposed: string } }
  | { readonly kind: 'done'; readonly played: Uint8Array }
  | { readonly kind: 'failed'; readonly error: PortableError };

/** What a draft is called that was sent. No draft of the program has such a name. */
export const SENT = 'sent ';
/** No simulation holds more; one that would fails, and the program goes on. */
const MOST_MEGABYTES = 6_000;

/** Plays a scenario in a thread of its own, at low priority, so that live decisions go on meanwhile. */
export async function runInWorker(
  { scenario, limits, sent }: PreparedSimulation,
  stage: Stage,
  { onProgress, signal, guard }: RunOptions,
): Promise<Uint8Array> {
  const { folder, cacheKey, active, records } = stage;
  const homes = guard ?? (await homesOf(scenario, stage, signal));
  const census =
    homes &&
    (await homes.take({
      questionsOf: (graph) => questionsOf(scenario, graph),
      onProgress: (done, total) => onProgress({ stage: 'reading_homes', done, total }),
      signal,
    }));
  return withFiles(sent, join(folder, 'bundles'), async (draft) => {
    const guarded = guard?.right ?? null;
    const request = { scenario, limits, folder, active: active(), records: records(), cacheKey, draft, guarded };
    return work(request, census, { onProgress, signal, ...(guard && { guard }) });
  });
}

/** The homes of the twin as they are, or as they were known at an instant; null where the scenario names a generated city. */
async function homesOf(
  { population, at }: Scenario,
  { live, twinAt }: Stage,
  signal: AbortSignal,
): Promise<LiveColumns | null> {
  if (population === 'live') return live;
  if (!('at' in population)) return null;
  return new LiveColumns(await twinAt(Date.parse(population.at), { now: Date.parse(at), signal }));
}

/** Lays files out for as long as some work on them takes; null when there are none. */
async function withFiles<Result>(
  files: readonly RegoModule[],
  scratch: string,
  use: (folder: string | null) => Promise<Result>,
): Promise<Result> {
  if (files.length === 0) return use(null);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  // Whatever is left of such a folder when the program is killed goes at its next start.
  const folder = await mkdtemp(join(scratch, 'unpacked-'));
  try {
    const draft = join(folder, 'sent');
    await mkdir(draft);
    for (const { file, source } of files) await writeFile(join(draft, file), source, { flag: 'wx' });
    return await use(draft);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function work(
  request: Omit<SimulateRequest, 'live'>,
  census: LiveCensus | null,
  { onProgress, signal, guard }: RunOptions,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const line = census && openLine(census);
  const workerData: SimulateRequest = { ...request, live: line && { snapshot: census.snapshot, ids: line } };
  const worker = new Worker(new URL('./simulate.worker.ts', import.meta.url), {
    workerData,
    transferList: line ? [line.port] : [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  worker.on('message', (answer: SimulateAnswer) => {
    if (answer.kind === 'progress') onProgress(answer.progress);
    else if (answer.kind === 'done') resolve(answer.played);
    else if (answer.kind === 'price') guard!.pay(answer.bundles).then((paid) => worker.postMessage(paid), reject);
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

/** The worker's end of a line on which it is told how homes are called. It ends with the worker. */
function openLine({ idsOf }: LiveCensus): IdsLine {
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  answerIds({ port: port1, answered }, idsOf);
  return { port: port2, answered };
}

function tooLarge(cause: unknown): CodedError {
  return new CodedError('engine:simulation.too_large', `it needs more than ${MOST_MEGABYTES} MB of memory`, {
    hint: 'take fewer homes or requesters',
    cause,
  });
}
