import { expect, it } from 'vitest';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { FactParams } from './facts/RuleFact.ts';
import { counterOf } from './memory/Counts.ts';
import { watchOf } from './memory/Holds.ts';
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

it('keeps how long something has lasted, and wakes for it with the rules that took over', () => {
  const OPEN = { property: 'contact', in: [false], unit: 'minutes' };
  const waits = (id: string, params: FactParams, value: number): LoadedRule => {
    const { rule, file } = counting(id, WRONG);
    const condition = { fact: 'held_for', params, operator: 'greaterThanInclusive', value } as const;
    return { file, rule: { ...rule, conditions: { all: [condition] } } };
  };
  const MINUTE = 60_000;
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'rented' } });
  const rules = new RulesInForce([waits('a', OPEN, 10), waits('b', { ...OPEN, in: [true] }, 10)]);
  const reading = { home: 'h', device: 'door', tenancy: null, group: 'closed', current: true } as const;
  const say = (contact: boolean, at: number) =>
    rules.temporal.observe({
      kind: 'state_reported',
      reading: { ...reading, at, receivedAt: at, values: { contact } },
    });
  say(false, 0);
  expect([...rules.temporal.lasting(4 * MINUTE, graph)]).toEqual([]);
  rules.replace([waits('a', OPEN, 10), waits('sooner', OPEN, 3), waits('later', OPEN, 12)]);
  // Three minutes had passed already when that rule came.
  expect([...rules.temporal.lasting(20 * MINUTE, graph)].map(({ rule, at }) => [rule, at / MINUTE])).toEqual([
    ['a', 10],
    ['later', 12],
  ]);
  expect(rules.temporal.heldFor(watchOf(OPEN), 'door', 20 * MINUTE)).toBe(20 * MINUTE);
  rules.replace([]);
  expect([...rules.temporal.takeChanged(10)]).toEqual([
    { home: 'h', device: 'door', memory: { held: {}, heard: [0, 0] } },
  ]);
});
