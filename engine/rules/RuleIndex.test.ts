import { describe, expect, it } from 'vitest';
import type { DeviceEvent } from './DeviceEvent.ts';
import type { LoadedRule, Rule } from './Rule.ts';
import { RuleIndex } from './RuleIndex.ts';

function rule(id: string, on: Rule['on']): LoadedRule {
  const event = { type: 'raise_alarm', params: { alarm: 'smoke' } } as const;
  return {
    file: '',
    rule: { id, title: id, severity: 'life_safety', clauses: [], on, conditions: { all: [] }, event },
  };
}

function reported(values: Record<string, unknown>): DeviceEvent {
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
    expect(index.wokenBy(reported({ smoke: true, gas: false }))).toEqual(['air', 'gas']);
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
});
