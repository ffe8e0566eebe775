import type { PendingEffect } from './PendingEffect.ts';

/** Effects that were put off, where time is what is played: in the order in which they are due. */
export class DueEffects {
  readonly #waiting: PendingEffect[] = [];

  take(pending: readonly PendingEffect[]): void {
    if (pending.length === 0) return;
    this.#waiting.push(...pending);
    this.#waiting.sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Takes out the next that is due by an instant (milliseconds since 1970); null when none is. */
  next(now: number): PendingEffect | null {
    const [first] = this.#waiting;
    return first && first.dueAt <= now ? this.#waiting.shift()! : null;
  }
}
