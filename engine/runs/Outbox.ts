import type { Clock } from '../Clock.ts';
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
 * what came of it: one that is found pending at a start was not done, and is taken up again or has expired.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #waiting = new Map<string, PendingEffect>();
  #cancel = () => {};
  #wakesAt = Number.POSITIVE_INFINITY;
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
      this.#waiting.set(each.id, each);
      if (each.dueAt < this.#wakesAt) this.#wakeAt(each.dueAt);
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
    this.#cancel();
  }

  #wakeAt(instant: number): void {
    this.#cancel();
    if (this.#closed) return;
    this.#wakesAt = instant;
    const { clock } = this.#ports;
    const wait = Math.min(Math.max(0, instant - clock.now()), LONGEST_WAIT_MS);
    this.#cancel = clock.after(wait, () => this.#performDue());
  }

  #performDue(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const now = this.#ports.clock.now();
    for (const pending of this.#waiting.values()) {
      if (pending.dueAt > now) continue;
      this.#waiting.delete(pending.id);
      this.#ports.perform(pending).catch((cause: unknown) => {
        this.#ports.onProblem({ what: `the effect \`${pending.id}\`, which was due, could not be done`, cause });
      });
    }
    const next = Math.min(...[...this.#waiting.values()].map(({ dueAt }) => dueAt));
    if (Number.isFinite(next)) this.#wakeAt(next);
  }
}
