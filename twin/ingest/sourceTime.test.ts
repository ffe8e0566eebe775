import { describe, expect, it } from 'vitest';
import { readSourceTime } from './sourceTime.ts';

const NOW = Date.parse('2026-03-06T12:00:00Z');

describe('readSourceTime', () => {
  it.each([
    ['ISO 8601 in UTC', '2026-03-06T11:59:58.250Z', NOW - 1_750],
    ['ISO 8601 with offset', '2026-03-06T13:00:00+01:00', NOW],
    ['milliseconds', NOW - 5, NOW - 5],
    ['a part of a millisecond, which no log has room for', NOW - 4.5, NOW - 5],
    ['more digits than a millisecond has', '2026-03-06T11:59:58.250999Z', NOW - 1_750],
    ['a clock a little ahead', NOW + 60_000, NOW + 60_000],
  ])('reads %s', (_, lastSeen, at) => {
    expect(readSourceTime(lastSeen, NOW)).toEqual({ kind: 'time', at });
  });

  it.each([undefined, null])('takes %s for no time', (lastSeen) => {
    expect(readSourceTime(lastSeen, NOW)).toEqual({ kind: 'none' });
  });

  it.each([
    ['local time without offset', '2026-03-06T12:00:00'],
    ['seconds in place of milliseconds', NOW / 1000],
    ['a month that is not', '2026-13-06T12:00:00Z'],
    ['a word', 'yesterday'],
    ['what Date.parse would take', '1'],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an object', {}],
  ])('refuses %s', (_, lastSeen) => {
    expect(readSourceTime(lastSeen, NOW)).toMatchObject({ kind: 'bad' });
  });

  it('refuses a time in the future, which would freeze the property until then', () => {
    expect(readSourceTime(NOW + 3_600_000, NOW)).toMatchObject({ kind: 'bad', code: 'time.future' });
  });
});
