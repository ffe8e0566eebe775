import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome } from '../twin/words.ts';
import { combine } from './combine.ts';
import type { Obligation } from './obligations/Obligation.ts';
import type { Grant, Reason, Verdict } from './rego/Verdict.ts';

describe('combine', () => {
  it('denies when nothing permits', () => {
    const { outcome, reasons } = combine(verdict({}));
    expect([outcome, reasons.map(({ code }) => code)]).toEqual(['denied', ['no_permit']]);
  });

  it('takes the highest permit and its reasons alone', () => {
    const { outcome, reasons } = combine(
      verdict({ permits: [grant('aggregate'), grant('reduced'), grant('reduced')] }),
    );
    expect([outcome, reasons.length]).toEqual(['reduced', 2]);
  });

  it('lowers the permit to the lowest cap and names the caps that lowered it', () => {
    const caps = [grant('pseudonymous'), grant('aggregate'), grant('raw')];
    const { outcome, reasons } = combine(verdict({ permits: [grant('raw')], caps }));
    expect([outcome, reasons.length]).toEqual(['aggregate', 3]);
  });

  it('denies when a deny stands beside permits and names the denies alone', () => {
    const denial = { reason: reason('deny') };
    const { outcome, reasons } = combine(verdict({ permits: [grant('raw')], denies: [denial] }));
    expect([outcome, reasons]).toEqual(['denied', [denial.reason]]);
  });

  it('denies on an error and keeps it', () => {
    const error = { code: 'policy:evaluation.failed', message: 'stopped' } as const;
    const { outcome, errors, obligations } = combine(
      verdict({ permits: [grant('raw', { type: 'audit' })], errors: [error] }),
    );
    expect([outcome, errors, obligations]).toEqual(['denied', [error], []]);
  });

  it('lets what is waived not act, and tells the verdict underneath', () => {
    const waived = { caps: [grant('aggregate')], denies: [{ reason: reason('deny') }] };
    const permits = [grant('raw', { type: 'audit' })];
    const { outcome, obligations, reasons, underneath } = combine({ ...verdict({ permits }), waived });
    expect([outcome, obligations, underneath]).toEqual([
      'raw',
      [{ type: 'audit' }],
      { outcome: 'denied', obligations: [] },
    ]);
    expect(reasons.map(({ code }) => code)).toEqual(['permit', 'waived', 'waived']);
    const capped = combine({ ...verdict({ permits }), waived: { ...waived, denies: [] } });
    expect([capped.outcome, capped.underneath?.outcome]).toEqual(['raw', 'aggregate']);
  });

  it('lets no waiver lift another deny, an error, or the want of a permit', () => {
    const waived = { caps: [], denies: [{ reason: reason('deny') }] };
    const error = { code: 'policy:evaluation.failed', message: 'stopped' } as const;
    const permits = [grant('raw')];
    for (const said of [{ permits, denies: [{ reason: reason('deny') }] }, { permits, errors: [error] }, {}]) {
      expect(combine({ ...verdict(said), waived }).outcome).toBe('denied');
    }
  });

  it('takes the obligations of the highest permits and of all caps, and of nothing lower', () => {
    const permits = [
      grant('reduced', { type: 'audit' }),
      grant('aggregate', { type: 'coarsen_space', level: 'community' }),
    ];
    const caps = [grant('raw', { type: 'notify', who: 'residents' })];
    expect(combine(verdict({ permits, caps })).obligations).toEqual([
      { type: 'audit' },
      { type: 'notify', who: 'residents' },
    ]);
  });

  it('binds a permit that a cap lowers, and one that gives no more than is left', () => {
    const permits = [
      grant('raw', { type: 'retain_until', reference: 'basis.until' }),
      grant('reduced', { type: 'coarsen_time', window: 'PT1H' }),
      grant('aggregate', { type: 'coarsen_space', level: 'community' }),
    ];
    const { outcome, obligations } = combine(verdict({ permits, caps: [grant('reduced', { type: 'audit' })] }));
    expect(outcome).toBe('reduced');
    expect(obligations.map(({ type }) => type)).toEqual(['audit', 'coarsen_time', 'retain_until']);
  });

  it('merges two obligations of one type to the stricter', () => {
    const permits = [
      grant('reduced', { type: 'coarsen_time', window: 'P1D' }),
      grant('reduced', { type: 'coarsen_time', window: 'PT15M' }),
    ];
    expect(combine(verdict({ permits })).obligations).toEqual([{ type: 'coarsen_time', window: 'P1D' }]);
  });

  it('tells two people when two notifications name them', () => {
    const permits = [
      grant(
        'raw',
        { type: 'notify', who: 'tenant' },
        { type: 'notify', who: 'owner' },
        { type: 'notify', who: 'owner' },
      ),
    ];
    expect(combine(verdict({ permits })).obligations).toHaveLength(2);
  });

  it('denies obligations that cannot be done together and says which', () => {
    const permits = [
      grant('raw', { type: 'retain_until', reference: 'basis.until' }),
      grant('raw', { type: 'retain_until', reference: 'lease.end' }),
    ];
    const { outcome, reasons, errors } = combine(verdict({ permits }));
    expect([outcome, reasons.map(({ code }) => code)]).toEqual(['denied', ['permit', 'permit', 'obligation_conflict']]);
    expect(errors[0]?.code).toBe('policy:obligation.conflict');
  });

  it('never rises when a cap or a deny is added', () => {
    fc.assert(
      fc.property(anyVerdict, anyGrant, (before, cap) => {
        const capped = { ...before, caps: [...before.caps, cap] };
        const denied = { ...before, denies: [...before.denies, { reason: reason('deny') }] };
        expect(rank(combine(capped).outcome)).toBeLessThanOrEqual(rank(combine(before).outcome));
        expect(combine(capped).outcome === 'denied' || rank(combine(capped).outcome) <= rank(cap.outcome)).toBe(true);
        expect(combine(denied).outcome).toBe('denied');
      }),
    );
  });

  it('decides alike in whatever order the policies speak', () => {
    fc.assert(
      fc.property(anyVerdict, (given) => {
        const turned = { ...given, permits: given.permits.toReversed(), caps: given.caps.toReversed() };
        const [a, b] = [combine(given), combine(turned)];
        expect([b.outcome, b.obligations]).toEqual([a.outcome, a.obligations]);
      }),
    );
  });
});

const anyObligation: fc.Arbitrary<Obligation> = fc.oneof(
  fc.record({
    type: fc.constant('coarsen_time' as const),
    window: fc.constantFrom('PT15M' as const, 'PT1H' as const, 'P1D' as const),
  }),
  fc.record({
    type: fc.constant('mask' as const),
    method: fc.constantFrom('generalise' as const, 'randomise' as const, 'pseudonymise' as const, 'suppress' as const),
  }),
  fc.record({
    type: fc.constant('retain_until' as const),
    reference: fc.constantFrom('basis.until' as const, 'lease.end' as const, 'alarm.reset' as const),
  }),
  fc.record({
    type: fc.constant('aggregate' as const),
    k: fc.integer({ min: 3, max: 50 }),
    area: fc.constantFrom('community' as const, 'city' as const),
    window: fc.constant('P1D' as const),
  }),
);
const anyGrant = fc
  .tuple(fc.constantFrom(...OUTCOMES), fc.array(anyObligation, { maxLength: 3 }))
  .map(([outcome, obligations]) => grant(outcome, ...obligations));
const anyVerdict = fc
  .record({ permits: fc.array(anyGrant, { maxLength: 4 }), caps: fc.array(anyGrant, { maxLength: 3 }) })
  .map(verdict);

function verdict(given: Partial<Verdict>): Verdict {
  return { permits: [], caps: [], denies: [], errors: [], ...given };
}

function grant(outcome: Outcome, ...obligations: Obligation[]): Grant {
  return { outcome, obligations, reason: reason('permit') };
}

function reason(code: Reason['code']): Reason {
  return { code, policy: 'a.b', rule: 'c', file: 'policies/a/b/b.rego', line: 7, clauses: [], message: 'so' };
}

function rank(outcome: Outcome): number {
  return OUTCOMES.indexOf(outcome);
}
