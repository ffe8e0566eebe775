/** A stream of chance, the same each time for the same seed and stream. */
export type Chance = {
  /** 32 bits, as a whole number from 0. */
  bits(): number;
  /** A whole number from 0, below `limit`. */
  below(limit: number): number;
};

/** A time until something that happens at a rate, in milliseconds: exponential with this mean. */
export function waitingTime(chance: Chance, mean: number): number {
  return Math.round(-Math.log((chance.bits() + 0.5) / 0x1_0000_0000) * mean);
}
