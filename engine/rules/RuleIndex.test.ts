import { describe, expect, it } from 'vitest';
import type { LoadedRule, Rule } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';
import { RuleIndex } from './RuleIndex.ts';

function rule(id: string, on: Rule['on'], priority = 1): LoadedRule {
  const event = { type: 'raise_alarm', params: { alarm: 'smoke' } } as const;
  return {
    file: '',
    rule: { id, title: id, severity: 'life_safety', clauses: [], priority, on, conditions: { all: [] }, event },
  };
}

function reported(values: Record<string, unknown>): RuleEvent {
  const about = { home: 'h', device: 'd', at: 0, receivedAt: 0 };
  return { kind: 'state_reported', reading: { ...about, values, tenancy: null, group: 'open', current: true } };
}

const index = new RuleIndex([
  rule('gas', { properties: ['gas'] }),
  rule('air', { properties: ['gas', 'smoke'] }),
  rule('away', { events: ['device_offline'], silence: 'PT25H' }),
  rule('quiet', { silence: 'PT1H' }),
]);

describe('RuleIndex', () => {
  it('wakes the rules that a message can matter to, each once', () => {
    expect(index.wokenBy(reported({ gas: true }))).toEqual(['gas', 'air']);
    expect(index.wokenBy(reported({ smoke: true, gas: false }))).toEqual(['gas', 'air']);
    expect(index.wokenBy(reported({ temperature: 20 }))).toEqual([]);
  });

  it('is not misled by names that every object has', () => {
    expect(index.wokenBy(reported({ constructor: 1, toString: 2 }))).toEqual([]);
  });

  it('wakes by events of the network and by the limit of silence that passed', () => {
    expect(index.wokenBy({ kind: 'device_offline', home: 'h', device: 'd', at: 0 })).toEqual(['away']);
    expect(index.wokenBy({ kind: 'device_online', home: 'h', device: 'd', at: 0 })).toEqual([]);
    expect(index.wokenBy({ kind: 'device_silent', home: 'h', device: 'd', at: 0, limit: 3_600_000 })).toEqual([
      'quiet',
    ]);
    expect(index.silences).toEqual([3_600_000, 90_000_000]);
  });

  it('wakes by what a message changed, by modes, by alarms, and by timers for one rule alone', () => {
    const home = new RuleIndex([
      rule('door', { changes: ['contact'] }),
      rule('night', { modes: ['night'] }),
      rule('fire', { alarms: ['smoke', { kind: 'gas_leak', to: 'reset' }] }),
    ]);
    const message = reported({ contact: false }) as Extract<RuleEvent, { kind: 'state_reported' }>;
    expect(home.wokenBy(message)).toEqual([]);
    expect(home.wokenBy({ ...message, previous: { contact: true } })).toEqual(['door']);
    expect(home.wokenBy({ kind: 'mode_changed', home: 'h', mode: 'night', at: 0 })).toEqual(['night']);
    expect(home.wokenBy({ kind: 'mode_changed', home: 'h', mode: 'day', at: 0 })).toEqual([]);
    const alarm = { kind: 'alarm_changed', home: 'h', alarm: 'a', device: null, at: 0 } as const;
    expect(home.wokenBy({ ...alarm, alarmKind: 'smoke', to: 'raised' })).toEqual(['fire']);
    expect(home.wokenBy({ ...alarm, alarmKind: 'smoke', to: 'reset' })).toEqual([]);
    expect(home.wokenBy({ ...alarm, alarmKind: 'gas_leak', to: 'reset' })).toEqual(['fire']);
    expect(home.wokenBy({ kind: 'time_reached', home: 'h', rule: 'door', at: 0 })).toEqual(['door']);
    expect(home.wokenBy({ kind: 'time_reached', home: 'h', rule: 'gone', at: 0 })).toEqual([]);
  });

  it('gives rules of a higher priority first, whatever woke them', () => {
    const both = new RuleIndex([
      rule('low', { properties: ['gas'] }),
      rule('high', { properties: ['smoke'] }, 5),
      rule('middle', { properties: ['gas'] }, 3),
    ]);
    expect(both.wokenBy(reported({ gas: true, smoke: true }))).toEqual(['high', 'middle', 'low']);
    expect(both.wokenBy(reported({ gas: true }))).toEqual(['middle', 'low']);
  });
});
