import { appendFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type EventTarget, Refused } from './EventQueue.ts';

const TIMEOUT_MS = 10_000;
const compressed = promisify(gzip);

/** A file to which each event is added as a line of JSON; nobody but its owner reads it. */
export function fileTarget(path: string): EventTarget {
  return {
    deliver: (events) =>
      appendFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''), { mode: 0o600 }),
    close: async () => {},
  };
}

/** A server that takes events as OPA sends them: JSON arrays in gzip by POST. A token goes with them as bearer. */
export function httpTarget(url: string, token: string | null): EventTarget {
  const closing = new AbortController();
  return {
    async deliver(events) {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), closing.signal]),
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: await compressed(JSON.stringify(events)),
      });
      await response.body?.cancel();
      if (response.ok) return;
      const message = `the server of the decision log answered ${response.status}`;
      // Asking for less, for a pause, or again later may help; all else of the kind will not.
      const hopeless = response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
      throw hopeless ? new Refused(message) : new Error(message);
    },
    close: async () => closing.abort(),
  };
}
