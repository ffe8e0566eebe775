import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../twin/TwinStore.ts';
import { counterOf } from './memory/Counts.ts';
import type { LoadedRule } from './Rule.ts';
import { LATE_MS, TemporalState } from './TemporalState.ts';

const WRONG = { property: 'action', in: ['wrong'], within: 'PT10M', reset_by: ['right'] };
const COUNTER = counterOf(WRONG);
const MINUTE = 60_000;

const counting: LoadedRule = {
  file: 'rules/test.json',
  rule: {
    id: 'test',
    title: 'Test',
    severity: 'security',
    clauses: [],
    on: { properties: ['action'] },
    conditions: { all: [{ fact: 'count', params: WRONG, operator: 'greaterThanInclusive', value: 5 }] },
    event: { type: 'raise_alarm', params: { alarm: 'wrong_lock_codes' } },
  },
};

function said(value: string, at: number, device = 'lock'): Reading {
  const values = { action: value };
  return { home: 'h', device, at, receivedAt: at, values, tenancy: null, group: 'closed', current: true };
}

function observe(state: TemporalState, ...readings: readonly Reading[]): TemporalState {
  for (const reading of readings) state.observe({ kind: 'state_reported', reading });
  return state;
}

describe('TemporalState', () => {
  it('counts within the time and not beyond', () => {
    const state = observe(new TemporalState([counting]), said('wrong', 0), said('wrong', 5 * MINUTE));
    expect(state.count(COUNTER, 'lock', 5 * MINUTE)).toBe(2);
    observe(state, said('wrong', 10 * MINUTE));
    expect(state.count(COUNTER, 'lock', 10 * MINUTE)).toBe(2);
    expect(state.count(COUNTER, 'lock', 60 * MINUTE)).toBe(0);
  });

  it('starts anew after a reset, whatever arrives late from before it', () => {
    const state = observe(new TemporalState([counting]), said('wrong', 1), said('wrong', 2), said('right', 4));
    observe(state, said('wrong', 3), said('wrong', 5));
    expect(state.count(COUNTER, 'lock', 5)).toBe(1);
  });

  it('counts the same whatever the order and however often each message is told', () => {
    const message = fc.record({
      at: fc.integer({ min: 0, max: 30 }).map((minute) => minute * MINUTE),
      value: fc.constantFrom('wrong', 'other'),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (messages, order) => {
        const readings = messages.map(({ value, at }) => said(value, at));
        const shuffled = [...readings, ...readings]
          .map((reading) => ({ reading, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ reading }) => reading);
        const once = observe(new TemporalState([counting]), ...readings);
        const often = observe(new TemporalState([counting]), ...shuffled);
        for (const { at } of messages) expect(often.count(COUNTER, 'lock', at)).toBe(once.count(COUNTER, 'lock', at));
      }),
    );
  });

  it('is after a restart what it was before', async () => {
    const readings = [said('wrong', 1), said('wrong', 2), said('right', 3), said('wrong', 4), said('wrong', 5)];
    const before = observe(new TemporalState([counting]), ...readings);
    const after = new TemporalState([counting]);
    after.restore(readings);
    expect(after.count(COUNTER, 'lock', 5)).toBe(before.count(COUNTER, 'lock', 5));
    expect(after.heardAt('lock')).toBe(5);
    expect(after.lookback).toBe(10 * MINUTE + LATE_MS);
    expect(after.rememberedProperties).toEqual(['action']);
  });

  it('keeps no more of one device than a rule may ask for', () => {
    const state = new TemporalState([counting]);
    for (let at = 0; at < 10_000; at++) observe(state, said('wrong', at));
    expect(state.count(COUNTER, 'lock', 9_999)).toBe(50);
  });

  it('forgets a device that is gone', () => {
    const state = observe(new TemporalState([counting]), said('wrong', 1));
    state.forget('lock');
    expect(state.heardAt('lock')).toBeNull();
    expect(state.count(COUNTER, 'lock', 1)).toBe(0);
  });

  it('tells of a silence until it is dealt with, and again after the next sign of life', () => {
    const state = observe(new TemporalState([]), said('x', 0));
    const silent = { kind: 'device_silent', home: 'h', device: 'lock', at: MINUTE, limit: MINUTE } as const;
    expect([...state.silences(MINUTE - 1, [MINUTE])]).toEqual([]);
    expect([...state.silences(MINUTE, [MINUTE])]).toEqual([silent]);
    expect([...state.silences(MINUTE, [MINUTE])]).toEqual([silent]);
    state.dealtWith(silent);
    expect([...state.silences(2 * MINUTE, [MINUTE])]).toEqual([]);
    observe(state, said('x', 2 * MINUTE));
    expect([...state.silences(3 * MINUTE, [MINUTE])]).toHaveLength(1);
  });
});
