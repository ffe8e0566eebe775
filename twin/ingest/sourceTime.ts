/** How far the source's clock may be ahead of ours. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Seconds taken for milliseconds land in January 1970; nothing of ours is older than this. */
const OLDEST = Date.UTC(2000, 0, 1);

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;

export type SourceTime =
  | { readonly kind: 'none' }
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'bad'; readonly code: 'time.malformed' | 'time.future'; readonly detail: string };

const NONE: SourceTime = { kind: 'none' };

/**
 * When the source says that it spoke, from `last_seen` in any form that Zigbee2MQTT writes: ISO 8601 in UTC or with an
 * offset, or milliseconds since 1970. A local time without offset could be any of 26 hours and is malformed.
 */
export function readSourceTime(lastSeen: unknown, receivedAt: number): SourceTime {
  if (lastSeen === undefined || lastSeen === null) return NONE;
  // Logs count in whole milliseconds; parts of one are left out.
  const at = Math.floor(typeof lastSeen === 'number' ? lastSeen : parseIso(lastSeen));
  if (!(at >= OLDEST && at <= 8.64e15)) {
    return { kind: 'bad', code: 'time.malformed', detail: 'neither ISO 8601 with offset nor milliseconds since 1970' };
  }
  if (at > receivedAt + CLOCK_TOLERANCE_MS) {
    const ahead = Math.round((at - receivedAt) / 1000);
    return { kind: 'bad', code: 'time.future', detail: `the source's clock is ${ahead} s ahead` };
  }
  return { kind: 'time', at };
}

function parseIso(text: unknown): number {
  return typeof text === 'string' && ISO.test(text) ? Date.parse(text) : Number.NaN;
}
