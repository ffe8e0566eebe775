import { describe, expect, it } from 'vitest';
import { duration } from './duration.ts';

describe('duration', () => {
  it.each([
    ['PT10M', 600_000],
    ['PT25H', 90_000_000],
    ['P1DT1H', 90_000_000],
    ['PT1M30S', 90_000],
    ['P3D', 259_200_000],
    ['PT0S', 0],
  ])('reads %s', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  it.each(['', 'P', 'PT', '10M', 'P10M', 'P1Y', 'PT1.5H', 'PT-1M', 'pt1m', 'P1DT'])('refuses `%s`', (text) => {
    expect(() => duration(text)).toThrow(expect.objectContaining({ code: 'rule:duration.invalid' }));
  });
});
