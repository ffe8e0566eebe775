import { expect, it } from 'vitest';
import { RehearsedHome } from './RehearsedHome.ts';
import type { LoadedRule, Wakes } from './Rule.ts';
import { ruleBook } from './RuleBook.ts';

const T0 = Date.parse('2026-03-06T10:00:00.000Z');
const MINUTE = 60_000;
const YEARS = 10 * 365 * 24 * 60 * MINUTE;

const raises = (id: string, on: Wakes, condition: LoadedRule['rule']['conditions']): LoadedRule => ({
  file: `rules/${id}.json`,
  rule: {
    id,
    title: id,
    severity: id === 'gas_leak' ? 'life_safety' : 'fault',
    clauses: [],
    on,
    conditions: { all: [condition] },
    event: { type: 'raise_alarm', params: { alarm: id === 'gas_leak' ? 'gas_leak' : 'device_silent' } },
  },
});
const gasLeak = raises(
  'gas_leak',
  { properties: ['gas'] },
  { fact: 'property', params: { name: 'gas' }, operator: 'equal', value: true },
);
const openLong = raises(
  'open_long',
  { changes: ['contact'] },
  {
    fact: 'held_for',
    params: { property: 'contact', in: [false], unit: 'minutes' },
    operator: 'greaterThanInclusive',
    value: 10,
  },
);

/** A home whose sensors have clocks of their own. */
async function home(...rules: readonly LoadedRule[]) {
  const rehearsed = new RehearsedHome({ rules, book: ruleBook(rules) });
  const tell = (topic: string, payload: unknown, receivedAt: number) =>
    rehearsed.receive({ topic: `zigbee2mqtt/${topic}`, payload: Buffer.from(JSON.stringify(payload)), receivedAt });
  const listed = { type: 'EndDevice', supported: true };
  await tell(
    'bridge/devices',
    [
      { ...listed, ieee_address: '0x01', friendly_name: 'gas', definition: { model: 'HS1CG-E', vendor: 'v' } },
      { ...listed, ieee_address: '0x02', friendly_name: 'door', definition: { model: 'SNZB-04', vendor: 'v' } },
    ],
    T0,
  );
  const presentOf = (name: string, property: string) =>
    [...rehearsed.graph.home(rehearsed.home).devices.values()].find((node) => node.name === name)?.values.get(property)
      ?.value;
  return {
    rehearsed,
    tell,
    presentOf,
    raisedAt: () => rehearsed.alarms.map(({ alarm }) => Date.parse(alarm.raisedAt) - T0),
  };
}

it('believes a sensor whose clock is years ahead, by our clock, and hears the next message all the same', async () => {
  const { tell, presentOf, raisedAt } = await home(gasLeak);
  await tell('gas', { gas: true, last_seen: T0 + YEARS }, T0 + MINUTE);
  expect(raisedAt()).toEqual([MINUTE]);
  await tell('gas', { gas: false, last_seen: T0 + 2 * MINUTE }, T0 + 2 * MINUTE);
  expect(presentOf('gas', 'gas')).toBe(false);
});

it('takes what is a few minutes ahead at its word, and danger in a message that seems older than the present', async () => {
  const { tell, presentOf, raisedAt } = await home(gasLeak);
  await tell('gas', { gas: false, last_seen: T0 + 5 * MINUTE }, T0 + MINUTE);
  await tell('gas', { gas: true, last_seen: T0 + 2 * MINUTE }, T0 + 2 * MINUTE);
  expect(presentOf('gas', 'gas')).toBe(false);
  expect(raisedAt()).toEqual([2 * MINUTE]);
});

it('sets nothing back by a late message: neither a value nor how long it has held', async () => {
  const { rehearsed, tell, presentOf, raisedAt } = await home(openLong);
  await tell('door', { contact: false, last_seen: T0 + 2 * MINUTE }, T0 + 2 * MINUTE);
  await tell('door', { contact: true, last_seen: T0 + MINUTE }, T0 + 5 * MINUTE);
  expect(presentOf('door', 'contact')).toBe(false);
  await rehearsed.wait(T0 + 11 * MINUTE);
  expect(raisedAt()).toEqual([]);
  await rehearsed.wait(T0 + 30 * MINUTE);
  expect(raisedAt()).toEqual([12 * MINUTE]);
});

it('counts from the time of the source what is the newest known, however late it came', async () => {
  const { rehearsed, tell, raisedAt } = await home(openLong);
  await tell('door', { contact: false, last_seen: T0 }, T0 + 4 * MINUTE);
  await rehearsed.wait(T0 + 30 * MINUTE);
  expect(raisedAt()).toEqual([10 * MINUTE]);
  const late = await home(openLong);
  await late.tell('door', { contact: false, last_seen: T0 }, T0 + 25 * MINUTE);
  await late.rehearsed.wait(T0 + 30 * MINUTE);
  expect(late.raisedAt()).toEqual([25 * MINUTE + 1]);
});
