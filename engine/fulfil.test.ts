import { describe, expect, it } from 'vitest';
import { deviceType } from '../twin/devices/index.ts';
import type { Outcome } from '../twin/words.ts';
import { fulfil, type HeldValue, type PastValue, windowStart } from './fulfil.ts';
import type { Obligation } from './obligations/Obligation.ts';

const NOW = Date.parse('2026-05-04T05:20:00.000Z');
const MINUTE = 60_000;

type Case = {
  readonly model?: string;
  readonly property?: string;
  readonly value?: unknown;
  readonly age?: number;
  readonly past?: readonly PastValue[];
};

/** What is shown of a value under an outcome and its obligations. */
function show(outcome: Outcome, obligations: readonly object[], options: Case = {}) {
  const { model = 'WSDCGQ11LM', property = 'temperature', value = 21.37, age = MINUTE, past = [] } = options;
  const held: HeldValue = {
    home: 'h',
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
      pseudonym: () => 'p-1',
    },
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
    expect(show('reduced', mask('suppress'))).toMatchObject({ outcome: 'reduced', value: null });
    expect(show('reduced', mask('generalise'))).toMatchObject({ outcome: 'reduced', value: 20 });
    expect(show('reduced', mask('pseudonymise'))).toMatchObject({ value: 21.37 });
    const named = { model: 'YRD226/246 TSDB', property: 'action_user', value: 'Mia' };
    expect(show('reduced', mask('generalise'), { ...named, model: 'YRD226/246 TSDB' })).toMatchObject({ value: null });
  });

  it('shows nothing where not even the home may be named', () => {
    expect(show('reduced', [{ type: 'coarsen_space', level: 'community' }])).toMatchObject({
      outcome: 'reduced',
      value: null,
    });
    expect(show('reduced', [{ type: 'coarsen_space', level: 'home' }])).toMatchObject({
      outcome: 'reduced',
      value: 21.37,
    });
  });
});
