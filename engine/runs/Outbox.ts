import type { Clock } from '../Clock.ts';
import { duration } from '../rules/duration.ts';
import type { PendingEffect } from './PendingEffect.ts';

export type OutboxPorts = {
  readonly clock: Clock;
  /** Decides an effect that is due, and keeps in one commit what it comes to and that it is no longer pending. */
  readonly perform: (pending: PendingEffect) => Promise<void>;
  /** Keeps that effects came too late to be done, and are no longer pending. */
  readonly expire: (pending: readonly PendingEffect[]) => Promise<void>;
  readonly onProblem: (problem: { readonly what: string; readonly cause: unknown }) => void;
};

/** The longest that a timer waits: clocks are set, and long timers overflow. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Effects that are due later. Each was kept in the commit of its event, and is kept no more from the commit on that holds
 * what came of it: one that is found pending at a start was not done, and is taken up again or has expired. A clock that is
 * set back puts nothing off: none waits longer than its rule says.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  /** What ends the timer of each. */
  readonly #waiting = new Map<string, () => void>();
  #closed = false;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  /** How many effects are due later. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Does at its instant what is durable now. */
  take(pending: readonly PendingEffect[]): void {
    for (const each of pending) {
      const { after } = each.wanted;
      this.#wait(each, after === undefined ? 0 : duration(after));
    }
  }

  /**
   * Takes up what was pending when the program ended. What was due too long ago is noted as expired and not done; what
   * threatens lives never expires.
   */
  async resume(pending: readonly PendingEffect[]): Promise<void> {
    const now = this.#ports.clock.now();
    const expired = pending.filter(({ expiresAt }) => expiresAt !== null && expiresAt < now);
    this.take(pending.filter((each) => !expired.includes(each)));
    if (expired.length > 0) await this.#ports.expire(expired);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  /** Waits until it is due, and not longer than so many milliseconds. */
  #wait(pending: PendingEffect, longest: number): void {
    if (this.#closed) return;
    const { clock } = this.#ports;
    const left = Math.max(0, Math.min(pending.dueAt - clock.now(), longest));
    const wait = Math.min(left, LONGEST_WAIT_MS);
    this.#waiting.get(pending.id)?.();
    const cancel = clock.after(wait, () => {
      if (wait < left && pending.dueAt > clock.now()) this.#wait(pending, left - wait);
      else this.#perform(pending);
    });
    this.#waiting.set(pending.id, cancel);
  }

  #perform(pending: PendingEffect): void {
    this.#waiting.delete(pending.id);
    this.#ports.perform(pending).catch((cause: unknown) => {
      this.#ports.onProblem({ what: `the effect \`${pending.id}\`, which was due, could not be done`, cause });
    });
  }
}
