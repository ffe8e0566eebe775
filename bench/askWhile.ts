import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../system/Program.ts';

export const CLIENTS = 4;
/** How long each client waits after an answer: what is measured is a single decision, and not how much fits through. */
export const PAUSE_MS = 10;

const QUESTION = '{ decide(requests: [{ type: home, home: "demo" }]) { outcome bundle } }';

/** A decision: when it was asked for, how long it took, and under which bundle. */
export type Asked = { readonly at: number; readonly ms: number; readonly bundle: string };

/** Everything that clients of the running program were answered until something was done, oldest first. */
export async function askWhile(
  program: Program,
  token: string,
  something: () => Promise<unknown>,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  let goesOn = true;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (goesOn) {
      const at = performance.now();
      const { body } = await program.ask(QUESTION, { token });
      const [decision] = (body['data']?.decide ?? []) as { bundle?: string }[];
      if (!decision?.bundle) throw new Error(`no decision: ${JSON.stringify(body)}`);
      asked.push({ at, ms: performance.now() - at, bundle: decision.bundle });
      await sleep(PAUSE_MS);
    }
  });
  const done = something().finally(() => {
    goesOn = false;
  });
  await Promise.all([done, ...clients]);
  return asked.sort((a, b) => a.at - b.at);
}

export function times(asked: readonly Asked[]): readonly number[] {
  return asked.map(({ ms }) => ms);
}
