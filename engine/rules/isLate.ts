import type { Reading } from '../../twin/TwinStore.ts';

/** What comes later than this after its time is history: it is kept, and counts for nothing that rules remember. */
export const LATE_MS = 3_600_000;

/** Whether a message comes so late that counts and rates leave it out. */
export function isLate({ at, receivedAt }: Pick<Reading, 'at' | 'receivedAt'>): boolean {
  return receivedAt - at > LATE_MS;
}
