import { describe, expect, it } from 'vitest';
import { obligationKey, parseObligation, stricterObligation } from './index.ts';
import type { Obligation } from './Obligation.ts';

const one: readonly Obligation[] = [
  { type: 'mask', method: 'suppress' },
  { type: 'coarsen_time', window: 'PT1H' },
  { type: 'coarsen_space', level: 'community' },
  { type: 'aggregate', k: 5, area: 'building', window: 'PT1H' },
  { type: 'retain_until', reference: 'basis.until' },
  { type: 'notify', who: 'tenant' },
  { type: 'audit' },
];

describe('obligations', () => {
  it.each(one)('of type $type are read as they are written', (obligation) => {
    expect(parseObligation(obligation)).toEqual(obligation);
  });

  it.each([
    [{ type: 'delete' }],
    [{ type: 'mask', method: 'blur' }],
    [{ type: 'mask' }],
    [{ type: 'audit', level: 'full' }],
    [{ type: 'coarsen_time', window: 'PT5M' }],
    [{ type: 'aggregate', k: 2, area: 'building', window: 'PT1H' }],
    [{ type: 'aggregate', k: 5.5, area: 'building', window: 'PT1H' }],
    [{ type: 'toString' }],
    ['audit'],
    [null],
  ])('such as %j are refused', (raw) => {
    expect(parseObligation(raw)).toBeNull();
  });

  it.each(one)('of type $type merged with themselves stay as they are', (obligation) => {
    expect(stricterObligation(obligation, obligation)).toEqual(obligation);
  });

  it.each<[Obligation, Obligation, Obligation]>([
    [
      { type: 'mask', method: 'generalise' },
      { type: 'mask', method: 'suppress' },
      { type: 'mask', method: 'suppress' },
    ],
    [
      { type: 'coarsen_time', window: 'PT15M' },
      { type: 'coarsen_time', window: 'PT1H' },
      { type: 'coarsen_time', window: 'PT1H' },
    ],
    [
      { type: 'coarsen_space', level: 'home' },
      { type: 'coarsen_space', level: 'district' },
      { type: 'coarsen_space', level: 'district' },
    ],
    [
      { type: 'aggregate', k: 20, area: 'building', window: 'P1D' },
      { type: 'aggregate', k: 5, area: 'district', window: 'PT1H' },
      { type: 'aggregate', k: 20, area: 'district', window: 'P1D' },
    ],
  ])('%j and %j merge to %j either way round', (a, b, merged) => {
    expect(stricterObligation(a, b)).toEqual(merged);
    expect(stricterObligation(b, a)).toEqual(merged);
  });

  it('that keep until different dates do not merge', () => {
    const [a, b] = [
      parseObligation({ type: 'retain_until', reference: 'basis.until' })!,
      parseObligation({ type: 'retain_until', reference: 'lease.end' })!,
    ];
    expect(stricterObligation(a, b)).toBeNull();
  });

  it('that tell different people stand side by side', () => {
    expect(obligationKey({ type: 'notify', who: 'owner' })).not.toBe(obligationKey({ type: 'notify', who: 'tenant' }));
  });
});
