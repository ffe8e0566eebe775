/** The share of all homes for which a bundle that is rolled out decides. */
export type RolloutShare = {
  /** Which homes come first: the same for all stages of a roll-out. */
  readonly salt: string;
  /** In percent, to two places: over 0, at most 100. */
  readonly percent: number;
};

/** Homes are numbered from 0 to one below this. */
const NUMBERS = 10_000;

/** Whether a share covers a home. What it covers, each larger share of the same salt covers too. */
export function isCovered(home: string, share: RolloutShare | null): boolean {
  if (share === null || home === '') return false;
  return rolloutNumber(home, share.salt) < Math.round(share.percent * (NUMBERS / 100));
}

/**
 * The number of a home in a roll-out, from 0 to 9999. It rests on its id and the salt alone, so it stays when homes come
 * and go. Spread evenly, and made in some 50 ns: a whole city is asked when a stage begins (MurmurHash3, x86, 32 bits,
 * over UTF-16 units).
 */
export function rolloutNumber(home: string, salt: string): number {
  const text = `${salt}/${home}`;
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const mixed = rotate(Math.imul(text.charCodeAt(at), 0xcc9e2d51), 15);
    hash = (Math.imul(rotate(hash ^ Math.imul(mixed, 0x1b873593), 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % NUMBERS;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
