import { setTimeout as sleep } from 'node:timers/promises';

/** How long is worked at a time, and how long decisions have the thread to themselves in between, in milliseconds. */
const SLICE_MS = 2;
const REST_MS = 4;

/** Says when others are to have their turn. */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  #until = performance.now() + SLICE_MS;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  isDue(): boolean {
    return performance.now() >= this.#until;
  }

  /** Rejects when nobody waits for it any more. */
  async rest(): Promise<void> {
    await sleep(REST_MS, undefined, this.#signal && { signal: this.#signal });
    this.#until = performance.now() + SLICE_MS;
  }
}

/** The same items, with rests in between for as long as whatever is done with them takes. */
export async function* paced<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const pace = new Pace(signal);
  for await (const item of items) {
    yield item;
    if (pace.isDue()) await pace.rest();
  }
}
