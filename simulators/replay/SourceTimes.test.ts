import { describe, expect, it } from 'vitest';
import { SourceTimes } from './SourceTimes.ts';

const recordedStart = Date.parse('2026-03-06T00:00:00.000Z');
const start = Date.parse('2030-01-01T00:00:00.000Z');
const times = (speed: number) => new SourceTimes({ recordedStart, start, speed });
const moved = (clock: SourceTimes, lastSeen: unknown, topic = 'lamp') =>
  (clock.rewrite(topic, { last_seen: lastSeen }) as { last_seen: unknown }).last_seen;

describe('SourceTimes', () => {
  it('is due by the speed', () => {
    expect(times(1).due(recordedStart + 60_000) - start).toBe(60_000);
    expect(times(1_000).due(recordedStart + 60_000) - start).toBe(60);
  });

  it('keeps how long before its message a source spoke, scaled by the speed', () => {
    expect(moved(times(1), '2026-03-06T00:00:30.000Z')).toBe('2030-01-01T00:00:30.000Z');
    expect(moved(times(10), '2026-03-06T00:00:30.000Z')).toBe('2030-01-01T00:00:03.000Z');
    expect(moved(times(1), '2026-03-05T23:53:00.000Z')).toBe('2029-12-31T23:53:00.000Z');
  });

  it('writes a time in the form in which it was', () => {
    expect(moved(times(1), recordedStart + 5)).toBe(start + 5);
    expect(moved(times(1), '2026-03-06T01:00:30+01:00')).toBe('2030-01-01T01:00:30.000+01:00');
    expect(moved(times(1), '2026-03-05T18:30:30-05:30')).toBe('2029-12-31T18:30:30.000-05:30');
  });

  it('keeps equal times equal and different times apart, in their order', () => {
    const clock = times(1_000_000);
    const at = (ms: number) => Number(moved(clock, recordedStart + ms));
    const [first, repeat, second, late, third] = [at(100), at(100), at(101), at(50), at(102)];
    expect(repeat).toBe(first);
    expect(second).toBeGreaterThan(first);
    expect(late).toBeLessThan(second);
    expect(third).toBeGreaterThan(second);
  });

  it.each([null, 'yesterday', '2026-03-06T00:00:30', true, undefined])('leaves `%s` as it is', (lastSeen) => {
    expect(moved(times(1), lastSeen)).toBe(lastSeen);
  });

  it.each([['text'], [''], [null], [[{ last_seen: 5 }]], [{ state: 'online' }]])(
    'leaves the payload %j as it is',
    (payload) => {
      expect(times(1).rewrite('lamp', payload)).toEqual(payload);
    },
  );
});
