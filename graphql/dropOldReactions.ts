import type { Writer } from './writer/Writer.ts';

/** How long runs, notices and what was shared are kept: a quarter, in which somebody may ask why. */
const KEPT_MS = 90 * 86_400_000;

/** So often in one go at most: messages are written in between, and what is left goes next time. */
const MOST_TIMES = 200;

/** Drops what is older than that, for as long as there is some: where much came, much goes. */
export async function dropOldReactions(writer: Pick<Writer, 'ready' | 'dropReactions'>, now: number): Promise<void> {
  for (let times = 0; times < MOST_TIMES && writer.ready; times += 1)
    if ((await writer.dropReactions(now - KEPT_MS)) === 0) return;
}
