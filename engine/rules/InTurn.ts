/**
 * Runs tasks of one key one after another, and those of different keys side by side. Reacting needs it: what an event
 * does to a home depends on the alarms that the one before it raised.
 */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the task when all earlier ones of its key have ended, whether well or not. */
  run<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    const settled = mine.catch(() => undefined);
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return mine;
  }

  /** How many keys have tasks that have not ended. */
  get waiting(): number {
    return this.#last.size;
  }
}
