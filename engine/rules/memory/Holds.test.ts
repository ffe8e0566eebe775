import { describe, expect, it } from 'vitest';
import type { Rule } from '../Rule.ts';
import { Holds, watchOf } from './Holds.ts';

const OPEN = { property: 'contact', in: [false], unit: 'seconds' };
const rule = (id: string): Rule => ({
  id,
  title: id,
  severity: 'comfort',
  clauses: [],
  on: { properties: ['contact'] },
  conditions: { all: [] },
  event: { type: 'act', params: { effects: [] } },
});

function watching(...waits: readonly (readonly [id: string, ms: number, home?: string])[]): Holds {
  const holds = new Holds();
  for (const [id, ms, home = null] of waits) {
    holds.add(OPEN, home);
    holds.addWaiter(OPEN, { rule: rule(id), ms, named: null }, home);
  }
  return holds;
}

function say(holds: Holds, value: boolean, at: number, { home = 'h', device = 'door' } = {}): boolean {
  return holds.observe({ home, device, at, receivedAt: at }, { property: 'contact', value, before: !value });
}

const taken = (holds: Holds, now: number) => [...holds.take(now)].map(({ waiter, at }) => [waiter.rule.id, at]);

describe('Holds', () => {
  it('wakes each rule once when it has lasted, in the order of the instants', () => {
    const holds = watching(['late', 10], ['early', 5]);
    expect(say(holds, false, 100)).toBe(true);
    expect(say(holds, false, 103)).toBe(false);
    expect(holds.nextDue).toBe(105);
    expect(taken(holds, 104)).toEqual([]);
    expect(taken(holds, 200)).toEqual([
      ['early', 105],
      ['late', 110],
    ]);
    expect(taken(holds, 300)).toEqual([]);
    expect(holds.nextDue).toBe(Infinity);
  });

  it('wakes nobody for what ended, and waits anew for what began again', () => {
    const holds = watching(['r', 10]);
    say(holds, false, 100);
    say(holds, true, 105);
    say(holds, false, 107);
    expect(taken(holds, 116)).toEqual([]);
    expect(taken(holds, 117)).toEqual([['r', 117]]);
  });

  it('has no more waiting than devices, however often they go on and off', () => {
    const holds = watching(['r', 1000]);
    for (let at = 0; at < 500; at += 1) say(holds, at % 2 === 0, at);
    expect(taken(holds, 998)).toEqual([]);
    let woken = 0;
    for (let now = 999; now < 2000; now += 1) woken += taken(holds, now).length;
    expect(woken).toBe(1);
  });

  it('is asked by one home without watching the others', () => {
    const holds = watching(['mine', 10, 'h']);
    expect(say(holds, false, 100, { home: 'other', device: 'x' })).toBe(false);
    expect(holds.heldFor(watchOf(OPEN), 'x', 105)).toBe(0);
    say(holds, false, 100);
    expect(taken(holds, 200)).toEqual([['mine', 110]]);
  });

  it('forgets what nobody asks any more, and keeps what somebody else asks', () => {
    const holds = watching(['all', 10], ['mine', 20, 'h']);
    say(holds, false, 100);
    expect([...holds.remove(OPEN, 'h')]).toEqual([]);
    expect(taken(holds, 200)).toEqual([['all', 110]]);
    expect([...holds.remove(OPEN, null)]).toEqual([['door', 'h']]);
    expect(holds.isEmpty).toBe(true);
  });

  it('wakes a rule that is changed while it waits', () => {
    const holds = new Holds();
    const [before, after] = [rule('r'), rule('r')];
    holds.add(OPEN, 'h');
    holds.addWaiter(OPEN, { rule: before, ms: 10, named: null }, 'h');
    say(holds, false, 100);
    holds.add(OPEN, 'h');
    holds.addWaiter(OPEN, { rule: after, ms: 10, named: null }, 'h');
    holds.removeWaiters(before, 'h');
    holds.remove(OPEN, 'h');
    expect(taken(holds, 200)).toEqual([['r', 110]]);
  });

  it('goes on after a restart with what was kept, and wakes for what became due meanwhile', () => {
    const holds = watching(['r', 10], ['past', 3]);
    say(holds, false, 100);
    taken(holds, 105);
    const kept = holds.of('h', 'door');
    const values = new Map([['contact', { value: false, at: 104, receivedAt: 104 }]]);
    const again = watching(['r', 10], ['past', 3]);
    expect(again.restore({ home: 'h', device: 'door' }, { kept, values, takenUntil: 105 })).toBe(false);
    expect(again.heldFor(watchOf(OPEN), 'door', 108)).toBe(8);
    expect(taken(again, 500)).toEqual([['r', 110]]);
  });

  it('wakes for what was told late when it is heard of', () => {
    const holds = watching(['r', 10]);
    const late = { home: 'h', device: 'door', at: 100, receivedAt: 150 };
    holds.observe(late, { property: 'contact', value: false, before: true });
    expect(taken(holds, 200)).toEqual([['r', 151]]);
  });

  it('takes what was not kept from the last message, and says that it is to be kept', () => {
    const holds = watching(['r', 10]);
    const values = new Map([['contact', { value: false, at: 104, receivedAt: 104 }]]);
    expect(holds.restore({ home: 'h', device: 'door' }, { kept: {}, values, takenUntil: 0 })).toBe(true);
    expect(taken(holds, 500)).toEqual([['r', 114]]);
    const gone = watching(['r', 10]);
    expect(
      gone.restore({ home: 'h', device: 'door' }, { kept: { x: [1, 1, null] }, values: new Map(), takenUntil: 0 }),
    ).toBe(true);
  });
});
