import { CodedError } from '../../twin/CodedError.ts';

/** Lets a number of messages be under way, and notices when none of them comes through any more. */
export class SendWindow {
  acknowledged = 0;
  readonly #size: number;
  readonly #patienceMs: number;
  readonly #watch: NodeJS.Timeout;
  #underWay = 0;
  #lastProgress = Date.now();
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor({ size, patienceMs }: { readonly size: number; readonly patienceMs: number }) {
    this.#size = size;
    this.#patienceMs = patienceMs;
    this.#watch = setInterval(() => this.#check(), Math.min(250, patienceMs));
  }

  /** Starts sending when there is room; resolves at once then. */
  async send(start: () => Promise<void>): Promise<void> {
    await this.#until(() => this.#underWay < this.#size);
    if (this.#underWay === 0) this.#lastProgress = Date.now();
    this.#underWay += 1;
    start().then(
      () => {
        this.acknowledged += 1;
        this.#underWay -= 1;
        this.#lastProgress = Date.now();
        this.#wake();
      },
      (error: Error) => this.#fail(error),
    );
  }

  async drained(): Promise<void> {
    await this.#until(() => this.#underWay === 0);
  }

  close(): void {
    clearInterval(this.#watch);
  }

  async #until(isFine: () => boolean): Promise<void> {
    while (this.#failure === undefined && !isFine()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #check(): void {
    const silentMs = Date.now() - this.#lastProgress;
    if (this.#underWay === 0 || silentMs < this.#patienceMs) return;
    const seconds = Math.round(silentMs / 1000);
    const message = `no acknowledgement for ${seconds} s, with ${this.#underWay} messages under way`;
    const hint = 'see whether the broker runs, and whether it closes the connection on a message';
    this.#fail(new CodedError('bus:stalled', message, { hint }));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }
}
