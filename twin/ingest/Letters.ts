import type { BusMessage } from '../MessageBus.ts';
import type { DeadLetter, DeadLetterCode } from './DeadLetter.ts';

/** Letters that one message is worth; what comes after is counted in one last letter. */
const MAX_LETTERS = 16;
const MAX_NAME = 64;
const MAX_TOPIC = 256;
const NO_LETTERS: readonly DeadLetter[] = [];

/** What is wrong with one message, collected while it is decoded. */
export class Letters {
  readonly #message: Pick<BusMessage, 'home' | 'topic' | 'receivedAt'>;
  #letters: DeadLetter[] | undefined;
  #more = 0;

  constructor(message: Pick<BusMessage, 'home' | 'topic' | 'receivedAt'>) {
    this.#message = message;
  }

  add(code: DeadLetterCode, detail: string, property: string | null = null): void {
    this.#letters ??= [];
    if (this.#letters.length < MAX_LETTERS) this.#letters.push(this.#letter(code, detail, property));
    else this.#more++;
  }

  /** Adds a letter and gives no events, for whoever cannot take anything from the message. */
  none(code: DeadLetterCode, detail: string, property: string | null = null): readonly [] {
    this.add(code, detail, property);
    return [];
  }

  /** Adds a letter and gives undefined, for whoever looked for a value. */
  nothing(code: DeadLetterCode, detail: string, property: string | null = null): undefined {
    this.add(code, detail, property);
  }

  get all(): readonly DeadLetter[] {
    if (!this.#letters) return NO_LETTERS;
    if (this.#more === 0) return this.#letters;
    return [...this.#letters, this.#letter('payload.too_many_problems', `${this.#more} more problems`, null)];
  }

  #letter(code: DeadLetterCode, detail: string, property: string | null): DeadLetter {
    const { home, topic, receivedAt } = this.#message;
    const named = property === null ? null : property.slice(0, MAX_NAME).toWellFormed();
    return { code, home, topic: topic.slice(0, MAX_TOPIC).toWellFormed(), property: named, detail, at: receivedAt };
  }
}
