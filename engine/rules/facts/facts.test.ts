import { describe, expect, it } from 'vitest';
import { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import { applyReading } from '../applyReading.ts';
import type { LoadedRule } from '../Rule.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import { TemporalState } from '../TemporalState.ts';
import { type FactName, prepareFact } from './index.ts';
import type { FactParams } from './RuleFact.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-03-06T10:00:00.000Z');
const OPEN = { property: 'contact', in: [false], unit: 'minutes' };
const HOT = { property: 'temperature', above: 30, below: 90, unit: 'hours' };
const STILL = { property: 'battery', unit: 'minutes' };
const SAME = { property: 'humidity', within: 'PT1H' };
const RISE = { property: 'temperature', within: 'PT10M', per: 'hour' };

const asks = (...conditions: readonly [FactName, FactParams][]): LoadedRule => ({
  file: 'rules/test.json',
  rule: {
    id: 'test',
    title: 'Test',
    severity: 'fault',
    clauses: [],
    on: { properties: ['contact'] },
    conditions: {
      all: conditions.map(([fact, params]) => ({ fact, params, operator: 'greaterThanInclusive', value: 5 })),
    },
    event: { type: 'act', params: { effects: [{ kind: 'notice', to: 'owner', text: 'x' }] } },
  },
});

/** A home whose devices speak, and of which facts are asked. */
function home() {
  const graph = new TwinGraph();
  graph.apply({ kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } });
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'city', name: 'h', occupancy: 'rented' } });
  graph.apply({ kind: 'room_added', room: { id: 'h:hall', home: 'h', name: 'hall' } });
  for (const [id, model] of [
    ['door', 'SNZB-04'],
    ['lock', 'YRD226/246 TSDB'],
  ] as const) {
    const about = { room: 'h:hall', address: id, name: `hall/${id}`, vendor: 'v', model, trust: 'normal' } as const;
    graph.apply({ kind: 'device_registered', device: { id, home: 'h', ...about } });
  }
  const temporal = new TemporalState([
    asks(['held_for', OPEN], ['held_for', HOT], ['held_for', STILL], ['rate_of_change', RISE], ['repeats', SAME]),
  ]);
  const says = (values: Record<string, unknown>, at: number, { device = 'door', receivedAt = at } = {}): RuleEvent => {
    const reading = { home: 'h', device, at, receivedAt, values, tenancy: null, group: 'open', current: true } as const;
    const known = graph.device('h', device).values;
    const current = Object.fromEntries(Object.keys(values).map((name) => [name, (known.get(name)?.at ?? 0) <= at]));
    const event = applyReading(graph, { ...reading, current });
    temporal.observe(event);
    return event;
  };
  const ask = (event: RuleEvent, fact: FactName, params: FactParams = {}) =>
    prepareFact(fact, params)(event, { graph, temporal });
  return { graph, temporal, says, ask };
}

const tick = (at: number): RuleEvent => ({ kind: 'time_reached', home: 'h', rule: 'test', at });
const held = (at: number): RuleEvent => ({ kind: 'condition_held', home: 'h', device: 'door', rule: 'test', at });

describe('facts of devices', () => {
  it('are of the message, then of what is known, and of another device by its name', () => {
    const { says, ask } = home();
    says({ action: 'unlock', battery: 70 }, T0, { device: 'lock' });
    const event = says({ contact: false }, T0);
    expect(ask(event, 'property', { name: 'contact' })).toBe(false);
    expect(ask(event, 'property', { name: 'battery' })).toBeNull();
    expect(ask(event, 'property', { name: 'action', device: 'hall/lock' })).toBe('unlock');
    expect(ask(event, 'property', { name: 'action', device: 'nowhere' })).toBeNull();
    expect(ask(event, 'device_battery', { device: 'hall/lock' })).toBe(70);
    expect(ask(event, 'device_battery')).toBeNull();
    expect(ask(event, 'device_kind')).toBe('sensor');
    expect(ask(event, 'device_name')).toBe('hall/door');
    expect(ask(event, 'room')).toBe('hall');
    expect(ask(event, 'device_state')).toBe('registered');
    expect(ask(event, 'event')).toBe('state_reported');
  });

  it('are null for an event of the home, but for those of a named device', () => {
    const { says, ask } = home();
    says({ action: 'unlock' }, T0, { device: 'lock' });
    for (const fact of ['property', 'device_kind', 'device_name', 'room', 'device_battery'] as const)
      expect(ask(tick(T0), fact, { name: 'contact' })).toBeNull();
    expect(ask(tick(T0), 'property', { name: 'action', device: 'hall/lock' })).toBe('unlock');
  });

  it('tell what was before: the message, what has lasted, or nothing that changed', () => {
    const { says, ask } = home();
    says({ contact: true }, T0);
    expect(ask(says({ contact: false }, T0 + 1), 'previous', { name: 'contact' })).toBe(true);
    expect(ask(says({ contact: false }, T0 + 2), 'previous', { name: 'contact' })).toBe(false);
    expect(ask(held(T0 + 5 * MINUTE), 'previous', { name: 'contact' })).toBe(true);
  });
});

describe('facts of homes', () => {
  it('are as the twin knows them', () => {
    const { graph, ask } = home();
    graph.apply({ kind: 'person_added', person: { id: 'ann', ageBand: 'elder' } });
    graph.apply({ kind: 'relation_added', subject: 'ann', relation: 'resident', object: 'h' });
    graph.apply({ kind: 'home_flagged', home: 'h', flag: 'elder_alone', on: true });
    expect(ask(tick(T0), 'home_occupancy')).toBe('rented');
    expect(ask(tick(T0), 'resident_age_band', { band: 'elder' })).toBe(true);
    expect(ask(tick(T0), 'resident_age_band', { band: 'child_14_and_under' })).toBe(false);
    expect(ask(tick(T0), 'home_flag', { name: 'elder_alone' })).toBe(true);
  });

  it('know an alarm until it is reset, and its state', () => {
    const { graph, ask } = home();
    const raisedAt = new Date(T0).toISOString();
    graph.apply({
      kind: 'alarm_raised',
      alarm: { id: 'a', home: 'h', kind: 'smoke', device: 'door', rule: 'r', raisedAt },
    });
    expect(ask(tick(T0), 'alarm', { kind: 'smoke' })).toBe(true);
    expect(ask(tick(T0), 'alarm', { kind: 'smoke', state: 'acknowledged' })).toBe(false);
    expect(ask(tick(T0), 'alarm', { kind: 'gas_leak' })).toBe(false);
    graph.apply({ kind: 'alarm_transitioned', home: 'h', alarm: 'a', to: 'reset', by: null });
    expect(ask(tick(T0), 'alarm', { kind: 'smoke' })).toBe(false);
    expect(ask(tick(T0), 'alarm', { kind: 'smoke', state: 'reset' })).toBe(true);
  });
});

describe('facts of what lasts and changes', () => {
  it('tell for how long a property has said something, by present values alone', () => {
    const { says, ask } = home();
    says({ contact: true }, T0);
    expect(ask(tick(T0), 'held_for', { ...OPEN, device: 'hall/door' })).toBe(0);
    says({ contact: false }, T0 + MINUTE);
    says({ contact: false }, T0 + 3 * MINUTE);
    expect(ask(held(T0 + 6 * MINUTE), 'held_for', OPEN)).toBe(5);
    expect(ask(tick(T0 + 6 * MINUTE), 'held_for', { ...OPEN, device: 'hall/door' })).toBe(5);
    // Late: the door was open throughout, whatever it says of a minute ago.
    says({ contact: true }, T0 + 2 * MINUTE);
    expect(ask(held(T0 + 6 * MINUTE), 'held_for', OPEN)).toBe(5);
    says({ contact: true }, T0 + 7 * MINUTE);
    expect(ask(held(T0 + 8 * MINUTE), 'held_for', OPEN)).toBe(0);
  });

  it('tell for how long a property has said the same, whatever that is', () => {
    const { says, ask } = home();
    says({ battery: 70 }, T0);
    says({ battery: 70 }, T0 + MINUTE);
    expect(ask(held(T0 + 5 * MINUTE), 'held_for', STILL)).toBe(5);
    says({ battery: 69 }, T0 + 6 * MINUTE);
    expect(ask(held(T0 + 8 * MINUTE), 'held_for', STILL)).toBe(2);
  });

  it('tell for how long a number has been above and below', () => {
    const { says, ask } = home();
    says({ temperature: 31 }, T0);
    says({ temperature: 60 }, T0 + 30 * MINUTE);
    expect(ask(held(T0 + 60 * MINUTE), 'held_for', HOT)).toBe(1);
    says({ temperature: 90 }, T0 + 61 * MINUTE);
    expect(ask(held(T0 + 62 * MINUTE), 'held_for', HOT)).toBe(0);
  });

  it('tell how fast a value rises or falls within a time', () => {
    const { says, ask } = home();
    expect(ask(says({ temperature: 20 }, T0), 'rate_of_change', RISE)).toBeNull();
    expect(ask(says({ temperature: 21 }, T0 + 6 * MINUTE), 'rate_of_change', RISE)).toBeCloseTo(10);
    // The first value has left the window.
    expect(ask(says({ temperature: 20 }, T0 + 12 * MINUTE), 'rate_of_change', RISE)).toBeCloseTo(-10);
    const late = says({ temperature: 5 }, T0 + 9 * MINUTE);
    expect(ask(late, 'rate_of_change', RISE)).toBeNull();
    expect(ask(tick(T0), 'rate_of_change', RISE)).toBeNull();
  });

  it('tell for how long something in the room of the device has said something: the longest', () => {
    const { says, ask } = home();
    says({ contact: false }, T0);
    const beside = says({ action: 'lock' }, T0 + 3 * MINUTE, { device: 'lock' });
    expect(ask(beside, 'room_held_for', OPEN)).toBe(3);
    expect(ask(tick(T0 + 3 * MINUTE), 'room_held_for', OPEN)).toBe(0);
    says({ contact: true }, T0 + 4 * MINUTE);
    expect(ask(says({ action: 'lock' }, T0 + 5 * MINUTE, { device: 'lock' }), 'room_held_for', OPEN)).toBe(0);
  });

  it('tell how often the same was said, in any order of arrival, and each message once', () => {
    const { says, ask } = home();
    const at = (minutes: number, humidity: number) => says({ humidity }, T0 + minutes * MINUTE);
    expect(ask(at(0, 40.1), 'repeats', SAME)).toBe(1);
    expect(ask(at(10, 40.2), 'repeats', SAME)).toBe(1);
    expect(ask(at(20, 40.2), 'repeats', SAME)).toBe(2);
    expect(ask(at(20, 40.2), 'repeats', SAME)).toBe(2);
    at(15, 40.2);
    expect(ask(at(30, 40.2), 'repeats', SAME)).toBe(4);
    // What was between them comes late, and the first two are out of the time.
    at(25, 40.3);
    expect(ask(at(65, 40.2), 'repeats', SAME)).toBe(2);
    expect(ask(at(66, 40.3), 'repeats', SAME)).toBe(1);
    expect(ask(tick(T0), 'repeats', SAME)).toBe(0);
  });

  it('count nothing of what comes more than an hour after a newer message, and all of a clock that is slow', () => {
    const { says, ask } = home();
    const slow = { receivedAt: T0 + 300 * MINUTE };
    says({ temperature: 20 }, T0, slow);
    expect(ask(says({ temperature: 21 }, T0 + 6 * MINUTE, slow), 'rate_of_change', RISE)).toBeCloseTo(10);
    says({ battery: 50 }, T0 + 70 * MINUTE, slow);
    const late = says({ temperature: 40 }, T0 + 8 * MINUTE, slow);
    expect(ask(late, 'rate_of_change', RISE)).toBeNull();
    expect(ask(tick(T0 + 9 * MINUTE), 'rate_of_change', RISE)).toBeNull();
    expect(ask(held(T0 + 9 * MINUTE), 'rate_of_change', RISE)).toBeCloseTo(10);
  });
});
