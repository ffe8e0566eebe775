/** The thread in which one scenario is played. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../twin/CodedError.ts';
import type { SimulateRequest } from './runInWorker.ts';

/** Whatever else runs goes first. */
const NICE = 15;

invariant(parentPort, 'simulate.worker.ts runs as a worker');
stepBack();
// Loading is work, too.
const { playRequest } = await import('./playRequest.ts');
await playRequest(workerData as SimulateRequest, parentPort);

/** Lowers the priority of this thread, and of those that it starts, where the system knows threads by number. */
function stepBack(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICE);
  } catch {
    // Elsewhere it shares the processor with all others.
  }
}
