import type { Writer } from './writer/Writer.ts';

/** How long runs, notices and what was shared are kept: a quarter, in which somebody may ask why. */
const KEPT_MS = 90 * 86_400_000;

/** Drops some of what is older than that; asked once a minute it keeps up with far more than comes. */
export async function dropOldReactions(writer: Pick<Writer, 'ready' | 'dropReactions'>, now: number): Promise<void> {
  if (writer.ready) await writer.dropReactions(now - KEPT_MS);
}
