import { describe, expect, it } from 'vitest';
import { assumedRates, parseRates } from './parseRates.ts';
import { DELAY_NAMES, RATE_NAMES } from './Rates.ts';

const refused = (text: string) => () => parseRates(text, 'mine.yaml');

describe('rates', () => {
  it('say for everything how often or how long, and what that rests on', () => {
    expect(Object.keys(assumedRates.rates).sort()).toEqual([...RATE_NAMES].sort());
    expect(Object.keys(assumedRates.delays).sort()).toEqual([...DELAY_NAMES].sort());
    for (const { source } of [...Object.values(assumedRates.rates), ...Object.values(assumedRates.delays)]) {
      expect(source).toMatch(/^assumption: |https:\/\//);
    }
  });

  it('stay as assumed where a file says nothing', () => {
    const { rates, delays } = parseRates('rates: { alarm.smoke: { yearly: 3, source: our records } }', 'mine.yaml');
    expect(rates).toEqual({ ...assumedRates.rates, 'alarm.smoke': { yearly: 3, source: 'our records' } });
    expect(delays).toEqual(assumedRates.delays);
    expect(parseRates('', 'mine.yaml')).toEqual(assumedRates);
  });

  it('are refused with the place of what is wrong', () => {
    const at = (line: number) => ({ file: 'mine.yaml', line });
    expect(refused('rates:\n  alarm.smokes: { yearly: 3, source: us }')).toThrow(
      expect.objectContaining({ code: 'scenario:schema.invalid', place: expect.objectContaining(at(2)) }),
    );
    expect(refused('rates:\n  alarm.smoke: { yearly: -1, source: us }')).toThrow(
      expect.objectContaining({ code: 'scenario:schema.invalid', place: expect.objectContaining(at(2)) }),
    );
    expect(refused('rates:\n  alarm.smoke: { yearly: 1 }')).toThrow(/source/);
    expect(refused('delays: { lease.term: { after: a year, source: us } }')).toThrow(
      expect.objectContaining({ code: 'rule:duration.invalid' }),
    );
    expect(refused('rates: [')).toThrow(expect.objectContaining({ code: 'scenario:yaml.invalid' }));
  });
});
