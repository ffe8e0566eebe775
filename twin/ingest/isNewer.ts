/** When a value was said and when it came, in milliseconds since 1970. */
export type Instant = {
  /** The source's time; without one, when it came. */
  readonly at: number;
  readonly receivedAt: number;
};

/**
 * Whether an incoming value takes the place of the current one. The source's time decides; of two said at the same
 * instant the later comer wins. An older one is history only: a late message never sets a value back.
 */
export function isNewer(current: Instant | undefined, incoming: Instant): boolean {
  if (!current) return true;
  return incoming.at > current.at || (incoming.at === current.at && incoming.receivedAt > current.receivedAt);
}

/**
 * Whether an incoming value is the current one told again: same instant of the source, same value. Taking it once more
 * would change nothing, and an event like a wrong door code would count twice.
 */
export function isRepeat(
  current: (Pick<Instant, 'at'> & { readonly value: unknown }) | undefined,
  incoming: Pick<Instant, 'at'> & { readonly value: unknown },
): boolean {
  if (!current || current.at !== incoming.at) return false;
  return current.value === incoming.value || JSON.stringify(current.value) === JSON.stringify(incoming.value);
}
