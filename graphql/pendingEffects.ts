import type { PendingEffect } from '../engine/runs/PendingEffect.ts';
import type { Writer } from './writer/Writer.ts';

const PAGE_ROWS = 1_000;

/** What was to be done later when the program ended, of homes whose keys are still there. */
export async function pendingEffects(writer: Pick<Writer, 'reactions'>): Promise<readonly PendingEffect[]> {
  const pending: PendingEffect[] = [];
  let after: { readonly at: number; readonly seq: number } | undefined;
  do {
    const rows = await writer.reactions({ kind: 'pending', name: 'pending', after, first: PAGE_ROWS });
    pending.push(...rows.map(({ body }) => body as PendingEffect));
    after = rows.length === PAGE_ROWS ? rows.at(-1) : undefined;
  } while (after);
  return pending;
}
