import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sm3 } from '../trust/sm3.ts';
import { deviceType } from '../twin/devices/index.ts';
import type { Outcome } from '../twin/words.ts';
import { allowsWhole, fulfil, type HeldValue, type PastValue, type Shown, windowStart } from './fulfil.ts';
import type { Obligation } from './obligations/Obligation.ts';

const NOW = Date.parse('2026-05-04T05:20:00.000Z');
const MINUTE = 60_000;

type Case = {
  readonly model?: string;
  readonly property?: string;
  readonly value?: unknown;
  readonly age?: number;
  readonly past?: readonly PastValue[];
  readonly home?: string;
  readonly unnamed?: boolean;
  readonly pseudonym?: (text: string) => string;
};

/** What is shown of a value under an outcome and its obligations. */
function show(outcome: Outcome, obligations: readonly object[], options: Case = {}) {
  const { model = 'WSDCGQ11LM', property = 'temperature', value = 21.37, age = MINUTE, past = [] } = options;
  const { home = 'h', unnamed = false, pseudonym = (text: string) => `p-${sm3(text).toString('hex')}` } = options;
  const held: HeldValue = {
    home,
    device: 'd',
    property,
    type: deviceType(model)!.byProperty.get(property)!.type,
    value: { value, at: NOW - age, receivedAt: NOW - age },
  };
  return fulfil(
    held,
    { outcome, obligations: obligations as Obligation[] },
    {
      clock: { now: () => NOW, after: () => () => {} },
      history: async ({ from, until }) => past.filter(({ at }) => at >= from && at < until),
      pseudonym,
    },
    { unnamed },
  );
}

const at = (text: string) => Date.parse(`2026-05-04T${text}:00.000Z`);
const QUARTER = { type: 'coarsen_time', window: 'PT15M' };

describe('fulfil', () => {
  it('shows an allowed value as it was reported', () => {
    expect(show('raw', [])).toEqual({ outcome: 'raw', value: 21.37, at: NOW - MINUTE });
  });

  it.each(['denied', 'aggregate', 'pseudonymous'] as const)(
    'shows no value of a named home when the outcome is %s',
    (outcome) => {
      expect(show(outcome, [])).toEqual({ outcome, value: null, at: null });
    },
  );

  it('denies a reduction that nothing carries out, and an obligation that it does not know', () => {
    expect(show('reduced', [{ type: 'audit' }])).toMatchObject({ outcome: 'denied', value: null });
    expect(show('raw', [{ type: 'shred' }])).toMatchObject({ outcome: 'denied', value: null });
    expect(show('raw', [{ type: 'coarsen_time', window: 'PT1S' }])).toMatchObject({ outcome: 'denied', value: null });
  });

  it('never shows a secret, whatever was decided', () => {
    const lock = { model: 'YRD226/246 TSDB', property: 'pin_code', value: { pin_code: '4711' } };
    expect(show('raw', [], lock)).toEqual({ outcome: 'denied', value: null, at: null });
  });

  it('gives the mean of the last complete window in the place of a number', async () => {
    const past = [
      { value: 20, at: at('04:59') },
      { value: 21, at: at('05:00') },
      { value: 24, at: at('05:14') },
      { value: 99, at: at('05:15') },
    ];
    expect(await show('reduced', [QUARTER], { past })).toEqual({ outcome: 'reduced', value: 22.5, at: at('05:00') });
  });

  it('gives the last of the window in the place of what is no number', async () => {
    const past = [
      { value: false, at: at('05:01') },
      { value: true, at: at('05:09') },
    ];
    const motion = { model: 'RTCGQ11LM', property: 'occupancy', value: false, past };
    expect(await show('reduced', [QUARTER], motion)).toMatchObject({ value: true, at: at('05:00') });
  });

  it('gives what has not changed since before the window, at the start of its own window', async () => {
    expect(await show('reduced', [QUARTER], { age: 140 * MINUTE })).toEqual({
      outcome: 'reduced',
      value: 21.37,
      at: at('03:00'),
    });
  });

  it('gives the mean of the window in which it was last told, however long ago', async () => {
    const past = [
      { value: 20, at: at('03:01') },
      { value: 23, at: NOW - 135 * MINUTE },
      { value: 99, at: at('03:15') },
    ];
    const last = { age: 135 * MINUTE, value: 23, past };
    expect(await show('reduced', [QUARTER], last)).toMatchObject({ value: 21.5, at: at('03:00') });
  });

  it('shows nothing of one home where statistics alone may be had, whatever the outcome', () => {
    const AGGREGATE = { type: 'aggregate', k: 5, area: 'building', window: 'PT1H' };
    expect(show('raw', [AGGREGATE])).toEqual({ outcome: 'raw', value: null, at: null });
    expect(show('reduced', [AGGREGATE, QUARTER])).toEqual({ outcome: 'reduced', value: null, at: null });
  });

  it('gives nothing of a window that is not complete', async () => {
    expect(await show('reduced', [QUARTER])).toEqual({ outcome: 'reduced', value: null, at: null });
  });

  it('begins days at midnight in the zone of the deployment', () => {
    expect(new Date(windowStart(NOW, 'P1D')).toISOString()).toBe('2026-05-03T16:00:00.000Z');
    expect(new Date(windowStart(NOW, 'PT1H')).toISOString()).toBe('2026-05-04T05:00:00.000Z');
  });

  it('masks by each method that a policy may ask for', () => {
    const mask = (method: string) => [{ type: 'mask', method }];
    const named = { model: 'YRD226/246 TSDB', property: 'action_user', value: 'Mia' };
    const motion = { model: 'RTCGQ11LM', property: 'occupancy', value: true };
    expect(show('reduced', mask('suppress'))).toEqual({ outcome: 'reduced', value: null, at: null });
    expect(show('reduced', mask('generalise'))).toMatchObject({ outcome: 'reduced', value: 20 });
    expect(show('reduced', mask('generalise'), named)).toMatchObject({ value: null });
    expect(show('reduced', mask('pseudonymise'))).toMatchObject({ value: 21.37 });
    expect(show('reduced', mask('pseudonymise'), named)).toMatchObject({
      value: expect.stringMatching(/^p-[0-9a-f]+$/),
    });
    expect(show('reduced', mask('randomise'))).toMatchObject({ outcome: 'reduced', at: NOW - MINUTE });
    expect(show('reduced', mask('randomise'), named)).toMatchObject({ value: null });
    expect(show('reduced', mask('randomise'), motion)).toMatchObject({ value: null });
  });

  it('adds noise within its bound, the same however often it is asked and another elsewhere and tomorrow', () => {
    const noisy = (options: Case) => (show('reduced', [{ type: 'mask', method: 'randomise' }], options) as Shown).value;
    const power = { model: 'smart-meter', property: 'power' };
    fc.assert(
      fc.property(fc.double({ min: -900_000, max: 900_000, noNaN: true }), fc.string(), (value, home) => {
        const shown = noisy({ ...power, value, home }) as number;
        const place = 10 ** Math.floor(Math.log10(Math.max(Math.abs(value), 1)));
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(place / 2);
        expect(noisy({ ...power, value, home })).toBe(shown);
      }),
    );
    const homes = Array.from({ length: 400 }, (_, index) => noisy({ value: 21.37, home: `home-${index}` }) as number);
    expect(new Set(homes).size).toBeGreaterThan(60);
    expect(homes.reduce((sum, each) => sum + each, 0) / homes.length).toBeCloseTo(21.37, 0);
    expect(noisy({ age: 24 * 60 * MINUTE })).not.toBe(noisy({}));
    expect(noisy({ value: 120, model: 'WSDCGQ11LM' })).toBeLessThanOrEqual(120);
  });

  it('rejects or throws, and shows nothing, when a mask or the past fails', async () => {
    const failing = {
      pseudonym: () => {
        throw new Error('no key');
      },
    };
    expect(() => show('reduced', [{ type: 'mask', method: 'randomise' }], failing)).toThrow('no key');
    expect(() => show('raw', [{ type: 'mask', method: 'randomise' }], failing)).toThrow('no key');
  });

  it('shows what may not be tied to a home only where the answer names none', () => {
    const levels = ['building', 'community', 'district'].map((level) => [{ type: 'coarsen_space', level }]);
    for (const obligations of levels) {
      expect(show('reduced', obligations)).toEqual({ outcome: 'reduced', value: null, at: null });
      expect(show('reduced', obligations, { unnamed: true })).toMatchObject({ outcome: 'reduced', value: 21.37 });
    }
    for (const level of ['room', 'home']) {
      expect(show('reduced', [{ type: 'coarsen_space', level }])).toMatchObject({ outcome: 'reduced', value: 21.37 });
    }
    expect(show('pseudonymous', [])).toMatchObject({ value: null });
    expect(show('pseudonymous', [], { unnamed: true })).toMatchObject({ outcome: 'pseudonymous', value: 21.37 });
    expect(show('aggregate', [], { unnamed: true })).toMatchObject({ value: null });
    expect(show('denied', [], { unnamed: true })).toMatchObject({ value: null });
  });
});

describe('allowsWhole', () => {
  const allows = (outcome: Outcome, ...obligations: object[]) =>
    allowsWhole({ outcome, obligations: obligations as Obligation[] });

  it('is true of what may be had as it is, with nothing but duties beside it', () => {
    expect(allows('raw')).toBe(true);
    expect(allows('raw', { type: 'audit' }, { type: 'notify', who: 'owner' })).toBe(true);
    expect(allows('reduced', { type: 'audit' })).toBe(false);
    expect(allows('raw', { type: 'mask', method: 'suppress' })).toBe(false);
    expect(allows('raw', { type: 'coarsen_space', level: 'room' })).toBe(false);
    expect(allows('raw', { type: 'shred' })).toBe(false);
  });
});
