import { sm3 } from '../../trust/sm3.ts';
import type { PropertyType } from '../../twin/devices/DeviceType.ts';
import type { Mask } from './mask.ts';

/** What a mask hides, and what its noise is fixed by. */
export type Masked = {
  readonly value: unknown;
  readonly type: PropertyType;
  /** Equal for all answers that are to have the same noise: a property of a home in one window of time. */
  readonly noiseKey: string;
};

/**
 * What a mask leaves of a value; null where it leaves nothing.
 *
 * The noise of `randomise` is at most half of the place of the number's first figure and fixed by its key, so asking
 * again gains nothing. Differences within one window are exact, and means over n windows come as near as noise divided
 * by the root of n: a policy that minds adds `coarsen_time`.
 */
export function maskValue(
  { value, type, noiseKey }: Masked,
  { method }: Mask,
  pseudonym: (text: string) => string,
): unknown {
  if (value === null) return null;
  switch (method) {
    case 'suppress':
      return null;
    case 'generalise':
      return typeof value === 'number' ? Number(value.toPrecision(1)) : null;
    case 'randomise':
      return type.type === 'numeric' && typeof value === 'number'
        ? withNoise(value, type, fractionOf(pseudonym(`noise\n${noiseKey}`)))
        : null;
    case 'pseudonymise':
      return isNoName(value, type) ? value : pseudonym(JSON.stringify(value));
  }
}

/** Numbers, switches and words of a closed list name nobody. */
function isNoName(value: unknown, { type }: PropertyType): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || type === 'binary' || type === 'enum';
}

/** The share of the bound that noise takes up; the rest is for rounding. */
const SHARE = 0.49;

function withNoise(value: number, { min, max }: PropertyType, fraction: number): number {
  const power = Math.floor(Math.log10(Math.max(Math.abs(value), 1)));
  const noisy = value + fraction * SHARE * 10 ** power;
  const possible = Math.min(Math.max(noisy, min ?? noisy), max ?? noisy);
  return Number(possible.toFixed(Math.max(0, 2 - power)));
}

/** A number from -1 to 1 that a text fixes. */
function fractionOf(text: string): number {
  return (sm3(text).readUIntBE(0, 6) / 2 ** 48) * 2 - 1;
}
