import { expect, it } from 'vitest';
import type { FactParams } from './facts/RuleFact.ts';
import { counterOf } from './memory/Counts.ts';
import type { LoadedRule } from './Rule.ts';
import { RulesInForce } from './RulesInForce.ts';

const WRONG = { property: 'action', in: ['wrong'], within: 'PT10M' };
const LONGER = { ...WRONG, within: 'PT20M' };

const counting = (id: string, params: FactParams): LoadedRule => ({
  file: `rules/${id}.json`,
  rule: {
    id,
    title: id,
    severity: 'security',
    clauses: [],
    on: { properties: ['action'] },
    conditions: { all: [{ fact: 'count', params, operator: 'greaterThanInclusive', value: 5 }] },
    event: { type: 'raise_alarm', params: { alarm: 'wrong_lock_codes' } },
  },
});

function say(rules: RulesInForce['temporal'], at: number): void {
  const reading = {
    home: 'h',
    device: 'lock',
    at,
    receivedAt: at,
    tenancy: null,
    group: 'closed',
    current: true,
  } as const;
  rules.observe({ kind: 'state_reported', reading: { ...reading, values: { action: 'wrong' } } });
}

it('keeps what unchanged rules have counted, and begins anew with what is counted otherwise', () => {
  const rules = new RulesInForce([counting('a', WRONG)]);
  say(rules.temporal, 0);
  expect(rules.temporal.devicesCountedFor(counting('a', WRONG))).toBe(1);

  rules.replace([counting('a', WRONG), counting('b', LONGER)]);
  expect([...rules.book.rules.keys()]).toEqual(['a', 'b']);
  expect(rules.temporal.count(counterOf(WRONG), 'lock', 1)).toBe(1);
  expect(rules.temporal.count(counterOf(LONGER), 'lock', 1)).toBe(0);
  expect(rules.temporal.heardAt('lock')).toBe(0);
  expect(rules.temporal.devicesCountedFor(counting('b', LONGER))).toBe(0);
});

it('hears what an event brings that is still under way with the rules before', () => {
  const rules = new RulesInForce([counting('a', WRONG)]);
  const underWay = rules.temporal;
  rules.replace([counting('b', WRONG)]);
  say(underWay, 1);
  expect(rules.temporal.count(counterOf(WRONG), 'lock', 1)).toBe(1);
  expect(rules.temporal.heardAt('lock')).toBe(1);
});

it('keeps the rules of a home when others take over, and counts for them as long as they are there', () => {
  const rules = new RulesInForce([counting('a', WRONG)]);
  rules.setOfHome('h', counting('own', LONGER));
  say(rules.temporal, 0);
  rules.replace([counting('b', WRONG)]);
  expect([...rules.book.rules.keys()]).toEqual(['b', 'own']);
  expect(rules.temporal.count(counterOf(LONGER), 'lock', 1)).toBe(1);
  rules.setOfHome('h', counting('own', LONGER));
  expect(rules.temporal.count(counterOf(LONGER), 'lock', 1)).toBe(1);
  rules.removeOfHome('own');
  expect([...rules.book.rules.keys()]).toEqual(['b']);
  expect(rules.temporal.count(counterOf(LONGER), 'lock', 1)).toBe(0);
  expect(rules.temporal.count(counterOf(WRONG), 'lock', 1)).toBe(1);
});
