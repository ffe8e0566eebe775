/** When a value was said. */
export type Instant = {
  /** The source's time, or when it came without one, in milliseconds since 1970. */
  readonly at: number;
};

/**
 * Whether an incoming value takes the place of the current one. The source's time decides; of two said at the same
 * instant the later comer wins, also within one millisecond of ours. An older one is history only: a late message never sets a value back.
 */
export function isNewer(current: Instant | undefined, incoming: Instant): boolean {
  if (!current) return true;
  return incoming.at >= current.at;
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
