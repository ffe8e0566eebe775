import { describe, expect, it } from 'vitest';
import { LocalClock } from './LocalClock.ts';
import { minutesOf } from './minutesOf.ts';

const at = (text: string): number => Date.parse(text);
const iso = (instant: number): string => new Date(instant).toISOString();
const times = (zone: string, time: string, from: string, count: number): string[] => {
  const clock = LocalClock.of(zone);
  const found: string[] = [];
  for (let instant = at(from); found.length < count; ) {
    instant = clock.nextTime(minutesOf(time), instant);
    found.push(iso(instant));
  }
  return found;
};

describe('LocalClock', () => {
  it('shows the time and the day of its zone', () => {
    const shanghai = LocalClock.of('Asia/Shanghai');
    expect(shanghai.minuteAt(at('2026-03-06T16:30:00Z'))).toBe(30);
    expect(shanghai.weekdayAt(at('2026-03-06T15:59:59Z'))).toBe('fri');
    expect(shanghai.weekdayAt(at('2026-03-06T16:00:00Z'))).toBe('sat');
    expect(LocalClock.of('America/St_Johns').minuteAt(at('2026-01-01T00:00:00Z'))).toBe(20 * 60 + 30);
    expect(LocalClock.of('Asia/Kathmandu').minuteAt(at('1960-01-01T00:00:00Z'))).toBe(5 * 60 + 30);
  });

  it('comes to a time once a day', () => {
    expect(times('Asia/Shanghai', '07:00', '2026-03-06T22:59:59Z', 3)).toEqual([
      '2026-03-06T23:00:00.000Z',
      '2026-03-07T23:00:00.000Z',
      '2026-03-08T23:00:00.000Z',
    ]);
    expect(times('Asia/Shanghai', '07:00', '2026-03-06T23:00:00Z', 1)).toEqual(['2026-03-07T23:00:00.000Z']);
  });

  it('comes once to a time that a day in spring leaves out: as much later as the clock jumped', () => {
    // In Berlin 2026-03-29 goes from 02:00 to 03:00.
    expect(times('Europe/Berlin', '02:30', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(LocalClock.of('Europe/Berlin').minuteAt(at('2026-03-29T00:59:59Z'))).toBe(119);
    expect(LocalClock.of('Europe/Berlin').minuteAt(at('2026-03-29T01:00:00Z'))).toBe(180);
  });

  it('comes once to a time that a day in autumn has twice: the first time', () => {
    // In New York 2026-11-01 goes from 02:00 back to 01:00.
    expect(times('America/New_York', '01:30', '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
    expect(times('America/New_York', '01:30', '2026-11-01T05:30:00Z', 1)).toEqual(['2026-11-02T06:30:00.000Z']);
  });

  it('comes to multiples from midnight on, on days of 23 and 25 hours too', () => {
    const berlin = LocalClock.of('Europe/Berlin');
    const sixHours = 6 * 3_600_000;
    const next = (from: string) => iso(berlin.nextMultiple(sixHours, at(from)));
    expect(next('2026-03-28T23:00:00Z')).toBe('2026-03-29T05:00:00.000Z');
    expect(next('2026-03-29T17:00:00Z')).toBe('2026-03-29T22:00:00.000Z');
    expect(next('2026-10-25T16:00:00Z')).toBe('2026-10-25T22:00:00.000Z');
    expect(next('2026-10-25T22:00:00Z')).toBe('2026-10-25T23:00:00.000Z');
  });

  it('refuses a zone that does not exist', () => {
    expect(() => LocalClock.of('Mars/Olympus')).toThrow(RangeError);
  });
});
