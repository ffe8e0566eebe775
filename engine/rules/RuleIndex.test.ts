import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldHousehold } from '../../twin/graph/Household.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Condition, FactCondition, LoadedRule, Rule } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';
import { RuleIndex } from './RuleIndex.ts';
import { compareWakes } from './shelves/compareWakes.ts';
import { randomEvent, randomWakes } from './shelves/testdata/randomWakes.ts';

const graph = new TwinGraph();
graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'H', occupancy: 'owner_occupied' } });
graph.apply({ kind: 'room_added', room: { id: 'h:hall', home: 'h', name: 'hall' } });
for (const [id, model] of [
  ['d', 'WSDCGQ11LM'],
  ['lock', 'SP-LOCK'],
] as const) {
  const device = { id, home: 'h', room: 'h:hall', address: id, name: `hall/${id}`, vendor: '', model } as const;
  graph.apply({ kind: 'device_registered', device: { ...device, trust: 'normal' } });
}

const switched = {
  kind: 'pack_switched',
  home: 'h',
  pack: 'evenings',
  on: true,
  parameters: {},
  by: null,
  at: '2026-01-01T00:00:00Z',
} as const;

type Given = Omit<Rule['on'], never> & { readonly conditions?: Condition; readonly priority?: number };

function rule(id: string, { conditions = { all: [] }, priority = 1, ...on }: Given): LoadedRule {
  const event = { type: 'raise_alarm', params: { alarm: 'smoke' } } as const;
  return { file: '', rule: { id, title: id, severity: 'life_safety', clauses: [], priority, on, conditions, event } };
}

function reported(values: Record<string, unknown>, { device = 'd', home = 'h', ...more } = {}): RuleEvent {
  const about = { home, device, at: 0, receivedAt: 0 };
  const reading = { ...about, values, tenancy: null, group: 'open', current: true } as const;
  return { kind: 'state_reported', reading, ...more };
}

const is = (fact: string, value: unknown, name?: string): Condition =>
  ({ fact, ...(name ? { params: { name } } : {}), operator: 'equal', value }) as FactCondition;

function woken(rules: readonly LoadedRule[], event: RuleEvent): readonly string[] {
  return new RuleIndex(rules).wokenBy(event, graph);
}

describe('RuleIndex', () => {
  const rules = [
    rule('gas', { properties: ['gas'] }),
    rule('air', { properties: ['gas', 'smoke'] }),
    rule('away', { events: ['device_offline'], silence: 'PT25H' }),
    rule('quiet', { silence: 'PT1H' }),
    rule('night', { modes: ['night'], alarms: ['smoke', { kind: 'gas_leak', to: 'reset' }] }),
    rule('turned', { changes: ['gas'] }),
  ];

  it('wakes the rules that a message can matter to, each once', () => {
    expect(woken(rules, reported({ gas: true }))).toEqual(['gas', 'air']);
    expect(woken(rules, reported({ smoke: true, gas: false }))).toEqual(['gas', 'air']);
    expect(woken(rules, reported({ temperature: 20 }))).toEqual([]);
  });

  it('wakes by what a message changed', () => {
    const event = { ...reported({ gas: true }), previous: { gas: false } } as RuleEvent;
    expect(woken(rules, event)).toEqual(['gas', 'air', 'turned']);
  });

  it('is not misled by names that every object has', () => {
    expect(woken(rules, reported({ constructor: 1, toString: 2 }))).toEqual([]);
  });

  it('wakes by events of the network, of the home, and by the limit of silence that passed', () => {
    const about = { home: 'h', device: 'd', at: 0 };
    expect(woken(rules, { kind: 'device_offline', ...about })).toEqual(['away']);
    expect(woken(rules, { kind: 'device_online', ...about })).toEqual([]);
    expect(woken(rules, { kind: 'device_silent', ...about, limit: 3_600_000 })).toEqual(['quiet']);
    expect(woken(rules, { kind: 'mode_changed', home: 'h', mode: 'night', at: 0 })).toEqual(['night']);
    const alarm = { kind: 'alarm_changed', home: 'h', alarm: 'a', device: null, at: 0 } as const;
    expect(woken(rules, { ...alarm, alarmKind: 'smoke', to: 'raised' })).toEqual(['night']);
    expect(woken(rules, { ...alarm, alarmKind: 'smoke', to: 'reset' })).toEqual([]);
    expect(woken(rules, { ...alarm, alarmKind: 'gas_leak', to: 'raised' })).toEqual([]);
    expect(woken(rules, { ...alarm, alarmKind: 'gas_leak', to: 'reset' })).toEqual(['night']);
    expect(woken(rules, { kind: 'time_reached', home: 'h', rule: 'gas', at: 0 })).toEqual(['gas']);
    expect(new RuleIndex(rules).silences).toEqual([3_600_000, 90_000_000]);
  });

  it('puts rules of a higher priority first, whichever properties woke them', () => {
    const ranked = [rule('a', { properties: ['x'] }), rule('b', { properties: ['y'], priority: 2 })];
    expect(woken(ranked, reported({ x: 1, y: 1 }))).toEqual(['b', 'a']);
  });

  it('leaves out rules whose constants are not those of the value, the model, the kind, the name or the room', () => {
    const pinned = [
      rule('value', { properties: ['x'], conditions: { all: [is('property', 1, 'x')] } }),
      rule('model', { properties: ['x'], conditions: { all: [is('device_model', 'WSDCGQ11LM')] } }),
      rule('name', { properties: ['x'], devices: { name: 'hall/d' } }),
      rule('room', { properties: ['x'], devices: { room: 'hall' } }),
      rule('kind', { properties: ['x'], devices: { kind: 'sensor' } }),
      rule('other model', { properties: ['x'], conditions: { all: [{ all: [is('device_model', 'other')] }] } }),
      rule('other name', { properties: ['x'], devices: { name: 'cellar' } }),
      rule('other kind', { properties: ['x'], devices: { kind: 'lock' } }),
    ];
    expect(woken(pinned, reported({ x: 1 }))).toEqual(['value', 'model', 'name', 'room', 'kind']);
    expect(woken(pinned, reported({ x: 2 }))).toEqual(['model', 'name', 'room', 'kind']);
  });

  it('leaves out none that could hold', () => {
    const open = [
      rule('either', { properties: ['x'], conditions: { any: [is('property', 9, 'x'), is('occupancy', 'let')] } }),
      rule('both', { properties: ['x'], conditions: { any: [is('property', 9, 'x'), is('property', 1, 'x')] } }),
      rule('not', { properties: ['x'], conditions: { not: is('property', 1, 'x') } }),
      rule('of another', { properties: ['x'], conditions: { all: [is('property', 9, 'y')] } }),
      rule('never', { properties: ['x'], conditions: { all: [is('property', 9, 'x')] } }),
    ];
    expect(woken(open, reported({ x: 1 }))).toEqual(['either', 'both', 'not', 'of another']);
  });

  it('wakes whatever could matter when it does not know the device', () => {
    const pinned = [rule('kind', { properties: ['gas'], devices: { kind: 'lock' } })];
    expect(woken(pinned, reported({ gas: true }, { device: 'stranger' }))).toEqual(['kind']);
  });

  it('keeps the rules of a home to it, and takes them away without a trace', () => {
    const index = new RuleIndex([rule('all', { properties: ['x'] })]);
    index.set(rule('own', { properties: ['x'], priority: 5, silence: 'PT2H' }).rule, 'h');
    index.set(rule('theirs', { properties: ['x'] }).rule, 'other');
    expect(index.wokenBy(reported({ x: 1 }), graph)).toEqual(['own', 'all']);
    expect(index.wokenBy({ kind: 'time_reached', home: 'other', rule: 'own', at: 0 }, graph)).toEqual([]);
    index.set(rule('own', { properties: ['y'] }).rule, 'h');
    expect(index.wokenBy(reported({ x: 1 }), graph)).toEqual(['all']);
    expect(index.wokenBy(reported({ x: 1, y: 1 }), graph)).toEqual(['all', 'own']);
    index.delete('own');
    expect(index.wokenBy(reported({ x: 1, y: 1 }), graph)).toEqual(['all']);
    expect(index.silences).toEqual([]);
  });

  it('wakes the rules of a pack in homes that switched it on', () => {
    const { rule: of } = rule('evening', { properties: ['x'] });
    const index = new RuleIndex([{ file: '', rule: { ...of, pack: 'evenings' } }]);
    expect(index.wokenBy(reported({ x: 1 }), graph)).toEqual([]);
    const home = { ...graph.home('h'), household: foldHousehold(null, switched) };
    expect(index.wokenBy(reported({ x: 1 }), { homes: new Map([['h', home]]) })).toEqual(['evening']);
  });

  it('finds of random rules all that hold, in their order, and tries fewer', () => {
    const tried = { found: 0, wanted: 0 };
    fc.assert(
      fc.property(randomWakes, fc.array(randomEvent, { minLength: 5, maxLength: 5 }), (all, events) => {
        for (const event of events) {
          const compared = compareWakes(all, event);
          expect(compared.found).toEqual(compared.wanted);
          tried.found += compared.tried.found;
          tried.wanted += compared.tried.wanted;
        }
      }),
      { seed: 7, numRuns: 100 },
    );
    expect(tried.found).toBeLessThan(tried.wanted);
  });
});
