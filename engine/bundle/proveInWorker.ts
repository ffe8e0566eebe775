import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CodedError, type ErrorCode } from '../../twin/CodedError.ts';
import type { Proof } from './proveBundle.ts';

/** What the worker is told: where the bundle is laid out, and where its compilation is to be kept. */
export type ProveRequest = { readonly folder: string; readonly cache: string; readonly cacheKey: Uint8Array };

/** What it answers. */
export type ProveAnswer =
  | { readonly kind: 'proved'; readonly proof: Proof }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };

/** Proves a bundle in a thread of its own, so that decisions go on meanwhile. Rejects as `proveBundle` does. */
export async function proveInWorker(request: ProveRequest): Promise<Proof> {
  const worker = new Worker(new URL('./prove.worker.ts', import.meta.url), { workerData: request, execArgv: [] });
  try {
    const [answer] = (await once(worker, 'message')) as [ProveAnswer];
    if (answer.kind === 'proved') return answer.proof;
    const { code, message, hint } = answer;
    throw new CodedError(code, message, hint === undefined ? {} : { hint });
  } finally {
    await worker.terminate();
  }
}
