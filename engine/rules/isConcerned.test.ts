import { describe, expect, it } from 'vitest';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { isConcerned } from './isConcerned.ts';
import type { DeviceFilter, Rule } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';

const graph = new TwinGraph();
graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'rented' } });
graph.apply({ kind: 'room_added', room: { id: 'h:hall', home: 'h', name: 'hall' } });
const lock = { vendor: 'Yale', model: 'YRD226/246 TSDB', trust: 'normal' } as const;
graph.apply({
  kind: 'device_registered',
  device: { id: 'd', home: 'h', room: 'h:hall', address: '0x1', name: 'hall/lock', ...lock },
});

const online: RuleEvent = { kind: 'device_online', home: 'h', device: 'd', at: 0 };
const rule = (devices: DeviceFilter | undefined): Rule => ({
  id: 'r',
  title: 'R',
  severity: 'fault',
  clauses: [],
  on: { events: ['device_online'], ...(devices && { devices }) },
  conditions: { all: [] },
  event: { type: 'act', params: { effects: [{ kind: 'notice', to: 'owner', text: 'back' }] } },
});

describe('isConcerned', () => {
  it.each<[DeviceFilter | undefined, boolean]>([
    [undefined, true],
    [{ kind: 'lock' }, true],
    [{ kind: 'siren' }, false],
    [{ model: 'YRD226/246 TSDB', room: 'hall', name: 'hall/lock' }, true],
    [{ model: 'YRD226/246 TSDB', room: 'kitchen' }, false],
    [{ name: 'lock' }, false],
  ])('holds rules for %j to those devices', (devices, concerned) => {
    expect(isConcerned(rule(devices), online, graph)).toBe(concerned);
  });

  it('lets events of the home through', () => {
    const mode: RuleEvent = { kind: 'mode_changed', home: 'h', mode: 'night', at: 0 };
    expect(isConcerned(rule({ kind: 'siren' }), mode, graph)).toBe(true);
  });

  it('keeps rules of a pack from homes that did not switch it on', () => {
    expect(isConcerned({ ...rule(undefined), pack: 'evening' }, online, graph)).toBe(false);
  });
});
