import { describe, expect, it } from 'vitest';
import { deviceType } from '../../twin/devices/index.ts';
import { METER_BYTES, METER_MODEL, meterMessages } from './meterMessages.ts';

describe('meterMessages', () => {
  it('writes 271 bytes of 11 properties that the model knows, never twice the same', () => {
    const messages = meterMessages(2, () => 1_790_000_000_000);
    const buffer = Buffer.alloc(METER_BYTES + 10, '#');
    const next = (meter: number): Record<string, unknown> => {
      messages.write(buffer, 5, meter);
      return JSON.parse(buffer.toString('latin1', 5, 5 + METER_BYTES)) as Record<string, unknown>;
    };
    const seen = Array.from({ length: 2_500 }, () => next(0));
    expect(Object.keys(seen[0]!)).toHaveLength(11);
    const known = deviceType(METER_MODEL)!.byProperty;
    for (const name of Object.keys(seen[0]!)) expect(name === 'last_seen' || known.has(name), name).toBe(true);
    expect(seen.map((each) => each['last_seen'])).toEqual(seen.map((_, index) => 1_790_000_000_000 + index));
    expect(seen[2_499]!['energy']).toBeCloseTo(100_002.5, 3);
    expect(next(1)['last_seen']).toBe(1_790_000_000_000);
    expect([buffer.toString('latin1', 0, 5), buffer.toString('latin1', 5 + METER_BYTES)]).toEqual(['#####', '#####']);
  });
});
