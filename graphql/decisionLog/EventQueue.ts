import type { Logger } from 'pino';
import type { Clock } from '../../engine/Clock.ts';
import type { DecisionEvent } from './decisionEvent.ts';

/** Takes events away. Rejects with a `Refused` for events that it will never take, and otherwise to be asked again. */
export interface EventTarget {
  deliver(events: readonly DecisionEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** A target will not take these events however often it is asked. */
export class Refused extends Error {}

export type EventQueueOptions = {
  readonly target: EventTarget;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of events that nobody will take, and of those that were taken. */
  readonly count: (what: 'delivered' | 'dropped', events: number) => void;
  /** How many events wait at most. */
  readonly limit?: number;
};

const LIMIT = 10_000;
const BATCH = 500;
/** Events are gathered for so long before they are taken away. */
const GATHER_MS = 500;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** How long a close waits for what is left to be taken away. */
const GRACE_MS = 2_000;

/**
 * Events on their way to a target, in order. It never holds a decision up: what does not fit, and what the target will
 * not take, is dropped and counted. That is no loss of the record, which is the audit with its decision records.
 */
export class EventQueue {
  readonly #options: EventQueueOptions;
  #waiting: DecisionEvent[] = [];
  #running: Promise<void> | null = null;
  #closing = false;
  #wake = () => {};

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  offer(events: readonly DecisionEvent[]): void {
    const { limit = LIMIT, count } = this.#options;
    const room = Math.max(0, limit - this.#waiting.length);
    this.#waiting.push(...events.slice(0, room));
    if (events.length > room) count('dropped', events.length - room);
    if (this.#waiting.length > 0) this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  /** Tries for a moment to have what is left taken away. */
  async close(): Promise<void> {
    const { clock, target, count } = this.#options;
    this.#closing = true;
    this.#wake();
    let cancel = () => {};
    const patience = new Promise<void>((resolve) => {
      cancel = clock.after(GRACE_MS, resolve);
    });
    await Promise.race([this.#running, patience]);
    cancel();
    if (this.#waiting.length > 0) count('dropped', this.#waiting.length);
    this.#waiting = [];
    await target.close();
  }

  async #run(): Promise<void> {
    let retry = FIRST_RETRY_MS;
    await this.#pause(GATHER_MS);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      const done = await this.#deliver(batch);
      if (done) {
        this.#waiting.splice(0, batch.length);
        retry = FIRST_RETRY_MS;
        continue;
      }
      if (this.#closing) return;
      await this.#pause(retry);
      retry = Math.min(2 * retry, LAST_RETRY_MS);
    }
  }

  /** Whether the batch is done with, taken or not. */
  async #deliver(batch: readonly DecisionEvent[]): Promise<boolean> {
    const { target, count, log } = this.#options;
    try {
      await target.deliver(batch);
      count('delivered', batch.length);
      return true;
    } catch (error) {
      log.warn({ err: error }, 'the decision log was not taken');
      if (!(error instanceof Refused)) return false;
      count('dropped', batch.length);
      return true;
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#closing) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
