/** Proves one bundle off the main thread, and posts what came of it: compiling and its cases take seconds. */
import { parentPort, workerData } from 'node:worker_threads';
import { CodedError, invariant } from '../../twin/CodedError.ts';
import { proveBundle } from './proveBundle.ts';
import type { ProveAnswer, ProveRequest } from './proveInWorker.ts';

invariant(parentPort, 'prove.worker.ts runs as a worker');
const { folder, cache, cacheKey } = workerData as ProveRequest;

let answer: ProveAnswer;
try {
  answer = { kind: 'proved', proof: await proveBundle(folder, { cache, cacheKey }) };
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  const { code, message, hint } = error;
  answer = { kind: 'refused', code, message, hint };
}
parentPort.postMessage(answer);
