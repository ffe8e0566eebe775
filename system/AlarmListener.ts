import { readEvents } from '../graphql/http/readEvents.ts';
import type { Program } from './Program.ts';

export type ToldAlarm = { readonly id: string; readonly deviceId: string; readonly state: string };

/** A subscriber to alarms, who comes back by itself when the stream ends and asks for those that stand. */
export class AlarmListener {
  /** When each alarm was first told, by its id, in milliseconds since 1970. */
  readonly firstAt = new Map<string, number>();
  /** Each alarm as it was told last. */
  readonly last = new Map<string, ToldAlarm>();
  readonly #abort = new AbortController();
  readonly #listening: Promise<void>;
  #connected = Promise.withResolvers<void>();

  readonly #program: Program;

  constructor(program: Program, { token, home }: { readonly token: string; readonly home: string }) {
    this.#program = program;
    const asked = `subscription { alarmChanged(home: "${home}", standing: true) { id deviceId state } }`;
    this.#listening = this.#listen(token, asked);
  }

  /** Resolves when the first stream is open. */
  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#listening;
  }

  async #listen(token: string, query: string): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const response = await fetch(`${this.#program.server.http}/graphql`, {
          method: 'POST',
          signal,
          headers: {
            'content-type': 'application/json',
            accept: 'text/event-stream',
            authorization: `Bearer ${token}`,
          },
          body: JSON.stringify({ query }),
        });
        if (!response.ok) throw new Error(`refused with ${response.status}`);
        this.#connected.resolve();
        for await (const event of readEvents(response.body!)) this.#take(event);
      } catch {
        // The program is away; it comes back.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #take(event: unknown): void {
    const { data } = event as { readonly data?: { readonly alarmChanged: ToldAlarm } };
    if (!data) return;
    const { alarmChanged: alarm } = data;
    if (!this.firstAt.has(alarm.id)) this.firstAt.set(alarm.id, Date.now());
    this.last.set(alarm.id, alarm);
  }
}
