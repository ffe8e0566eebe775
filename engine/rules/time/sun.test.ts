import { describe, expect, it } from 'vitest';
import { nextSun, sunOn } from './sun.ts';

const shanghai = { latitude: 31.23, longitude: 121.47, timeZone: 'Asia/Shanghai' };
const tromso = { latitude: 69.65, longitude: 18.96, timeZone: 'Europe/Oslo' };
const auckland = { latitude: -36.85, longitude: 174.76, timeZone: 'Pacific/Auckland' };
const honolulu = { latitude: 21.31, longitude: -157.86, timeZone: 'Pacific/Honolulu' };

const at = (text: string): number => Date.parse(text);
const minutesFrom = (instant: number, text: string): number => Math.abs(instant - at(text)) / 60_000;

describe('the sun', () => {
  // Times of almanacs, which go by the upper rim and differ by a minute or two.
  it.each([
    ['Shanghai', shanghai, '2026-06-21T04:00:00Z', '2026-06-20T20:51:00Z', '2026-06-21T11:01:00Z'],
    ['Auckland', auckland, '2026-12-21T00:00:00Z', '2026-12-20T16:58:00Z', '2026-12-21T07:39:00Z'],
    ['Honolulu', honolulu, '2026-03-20T20:00:00Z', '2026-03-20T16:34:00Z', '2026-03-21T04:42:00Z'],
  ] as const)('rises and sets in %s on the date there', (_, place, noon, sunrise, sunset) => {
    const sun = sunOn(place, at(noon));
    expect(minutesFrom(sun.sunrise, sunrise)).toBeLessThan(4);
    expect(minutesFrom(sun.sunset, sunset)).toBeLessThan(4);
  });

  it('neither rises nor sets where it is up or down all day', () => {
    expect(sunOn(tromso, at('2026-06-21T10:00:00Z'))).toEqual({ sunrise: -Infinity, sunset: Infinity });
    expect(sunOn(tromso, at('2026-12-21T10:00:00Z'))).toEqual({ sunrise: Infinity, sunset: -Infinity });
  });

  it('comes next, earlier by an offset, or when the polar night is over', () => {
    const sunrise = nextSun(shanghai, { event: 'sunrise', offset: 0 }, at('2026-06-21T04:00:00Z'))!;
    expect(minutesFrom(sunrise, '2026-06-21T20:51:00Z')).toBeLessThan(4);
    const before = nextSun(shanghai, { event: 'sunrise', offset: -1_800_000 }, at('2026-06-21T04:00:00Z'));
    expect(before).toBe(sunrise - 1_800_000);
    expect(nextSun(shanghai, { event: 'sunrise', offset: 0 }, sunrise)! - sunrise).toBeGreaterThan(23.9 * 3_600_000);
    const first = nextSun(tromso, { event: 'sunrise', offset: 0 }, at('2026-12-01T00:00:00Z'))!;
    expect(new Date(first).toISOString().slice(0, 7)).toBe('2027-01');
  });
});
