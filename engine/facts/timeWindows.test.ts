import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFactSettings } from './factSettings.ts';
import { parseTimeWindows, windowsInForce } from './timeWindows.ts';

function names(window: object, instants: readonly string[]): readonly boolean[] {
  const at = windowsInForce(parseTimeWindows([{ name: 'w', ...window }], 'facts.yaml'));
  return instants.map((instant) => at(Date.parse(instant)).length > 0);
}

describe('a time window', () => {
  it('is in force from its first minute until just before its last, by the clock of its zone', () => {
    expect(
      names({ zone: 'Asia/Shanghai', from: '09:00', until: '17:00' }, [
        '2026-11-04T08:59:59.999+08:00',
        '2026-11-04T09:00:00.000+08:00',
        '2026-11-04T16:59:59.999+08:00',
        '2026-11-04T17:00:00.000+08:00',
      ]),
    ).toEqual([false, true, true, false]);
  });

  it('runs past midnight, and then belongs to the day on which it begins', () => {
    const friday = { zone: 'Asia/Shanghai', from: '22:00', until: '06:00', days: ['fri'] };
    expect(
      names(friday, [
        '2026-11-06T05:00:00+08:00', // still the night of Thursday
        '2026-11-06T22:00:00+08:00',
        '2026-11-07T05:59:00+08:00',
        '2026-11-07T06:00:00+08:00',
        '2026-11-07T22:00:00+08:00', // Saturday
      ]),
    ).toEqual([false, true, true, false, false]);
  });

  it('keeps to the clock on the wall where summer time begins and ends', () => {
    const window = { zone: 'Europe/Berlin', from: '09:00', until: '17:00' };
    // On 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October back from 03:00 to 02:00.
    expect(
      names(window, ['2026-03-28T07:59:00Z', '2026-03-28T08:00:00Z', '2026-03-29T06:59:00Z', '2026-03-29T07:00:00Z']),
    ).toEqual([false, true, false, true]);
    expect(names(window, ['2026-10-24T14:59:00Z', '2026-10-24T15:00:00Z', '2026-10-25T15:59:00Z'])).toEqual([
      true,
      false,
      true,
    ]);
    // What lies in the hour that is left out does not happen; what lies in the one that comes twice does twice.
    const small = { zone: 'Europe/Berlin', from: '02:10', until: '02:50' };
    expect(names(small, ['2026-03-29T00:59:00Z', '2026-03-29T01:20:00Z'])).toEqual([false, false]);
    expect(names(small, ['2026-10-25T00:20:00Z', '2026-10-25T01:20:00Z'])).toEqual([true, true]);
  });

  it('and the one that begins where it ends divide the day between them, in any zone and order of asking', () => {
    const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    const text = ([hours, minutes]: [number, number]) =>
      [hours, minutes].map((n) => String(n).padStart(2, '0')).join(':');
    const zone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC');
    const instants = fc.array(
      fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(zone, clock, clock, instants, (of, a, b, asked) => {
        fc.pre(text(a) !== text(b));
        const windows = parseTimeWindows(
          [
            { name: 'one', zone: of, from: text(a), until: text(b) },
            { name: 'other', zone: of, from: text(b), until: text(a) },
          ],
          'facts.yaml',
        );
        const at = windowsInForce(windows);
        for (const instant of asked) expect(at(instant.getTime())).toHaveLength(1);
      }),
    );
  });
});

describe('the settings of facts', () => {
  const window = { name: 'w', zone: 'UTC', from: '09:00', until: '17:00' };

  it.each([
    [{ ...window, name: 'W' }, '/time_windows/0'],
    [{ ...window, zone: 'Asia/Chengdu' }, '/time_windows/0'],
    [{ ...window, from: '24:00' }, '/time_windows/0'],
    [{ ...window, until: '09:00' }, '/time_windows/0'],
    [{ ...window, days: ['monday'] }, '/time_windows/0'],
    [{ ...window, holidays: true }, '/time_windows/0'],
  ])('refuse the window %j', (wrong, path) => {
    expect(() => parseTimeWindows([wrong], 'f.yaml')).toThrow(
      expect.objectContaining({ code: 'policy:facts.invalid', place: { file: 'f.yaml', path } }),
    );
  });

  it('refuse a name that stands twice, and an age that is none', () => {
    expect(() => parseTimeWindows([window, window], 'f.yaml')).toThrow('`w` is no name of a window of its own');
    for (const age of ['soon', 'PT0S', undefined]) {
      expect(() =>
        parseFactSettings(JSON.stringify({ time_windows: [window], stale_after: { last_seen: age } }), 'f'),
      ).toThrow(expect.objectContaining({ code: 'policy:facts.invalid' }));
    }
  });
});
