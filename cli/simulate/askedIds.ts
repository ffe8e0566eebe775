import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { HomeIds } from '../../engine/census/HomeSource.ts';
import { invariant } from '../../twin/CodedError.ts';

type IdsOf = (index: number) => HomeIds;

/** Both ends of a line by which a worker asks the main thread how homes and devices are called, and waits for the answer. */
export type IdsLine = { readonly port: MessagePort; readonly answered: Int32Array<SharedArrayBuffer> };

/** No answer takes so long, unless nobody is there. */
const PATIENCE_MS = 60_000;

/** Answers on the main thread. The worker is told by the flag, since it reads no messages while it waits. */
export function answerIds({ port, answered }: IdsLine, idsOf: IdsOf): void {
  port.on('message', (index: number) => {
    port.postMessage(answerTo(index, idsOf));
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  });
  port.unref();
}

/** What cannot be answered is the worker's failure, and not that of the thread that decides. */
function answerTo(index: number, idsOf: IdsOf): HomeIds | null {
  try {
    return idsOf(index);
  } catch {
    return null;
  }
}

/** Asks from the worker. A report names a few homes, each once. */
export function askedIds({ port, answered }: IdsLine): IdsOf {
  return (index) => {
    Atomics.store(answered, 0, 0);
    port.postMessage(index);
    Atomics.wait(answered, 0, 0, PATIENCE_MS);
    const answer = receiveMessageOnPort(port);
    invariant(answer?.message, 'the main thread answers how a home is called');
    return answer.message as HomeIds;
  };
}
