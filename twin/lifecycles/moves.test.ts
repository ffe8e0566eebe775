import { describe, expect, it } from 'vitest';
import { TwinGraph } from '../graph/TwinGraph.ts';
import { moveAlarm } from './moveAlarm.ts';
import { moveDevice } from './moveDevice.ts';

function homeWithAlarm(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'demo', area: 'b1', name: 'Demo', occupancy: 'owner_occupied' } });
  graph.apply({
    kind: 'device_registered',
    device: {
      id: 'gas',
      home: 'demo',
      room: null,
      address: '0x01',
      name: 'kitchen/gas',
      vendor: 'Heiman',
      model: 'HS1CG-E',
      trust: 'normal',
    },
  });
  graph.apply({
    kind: 'alarm_raised',
    alarm: {
      id: 'a1',
      home: 'demo',
      kind: 'gas_leak',
      device: 'gas',
      rule: 'gas_leak',
      raisedAt: '2026-03-07T10:52:04.389Z',
    },
  });
  return graph;
}

describe('moveAlarm', () => {
  it('leads an alarm through acknowledging and handling to its reset', () => {
    const graph = homeWithAlarm();
    for (const event of ['acknowledge', 'handle', 'reset'] as const) {
      graph.apply(moveAlarm(graph, { home: 'demo', alarm: 'a1', event, by: 'account-1' }));
    }
    expect(graph.alarm('demo', 'a1').state).toBe('reset');
  });

  it('refuses the reset of an alarm that nobody handled and says what can be done', () => {
    const graph = homeWithAlarm();
    const reset = () => moveAlarm(graph, { home: 'demo', alarm: 'a1', event: 'reset', by: 'account-1' });
    expect(reset).toThrow(
      expect.objectContaining({
        code: 'twin:alarm.move_refused',
        message: 'cannot reset an alarm that is raised',
        hint: 'what is raised allows: acknowledge, handle',
      }),
    );
  });

  it('names an alarm that is not there', () => {
    const move = () => moveAlarm(homeWithAlarm(), { home: 'demo', alarm: 'a2', event: 'handle', by: null });
    expect(move).toThrow(expect.objectContaining({ code: 'twin:alarm.not_found' }));
  });
});

describe('moveDevice', () => {
  it('moves a device once and makes no change of a repeat', () => {
    const graph = homeWithAlarm();
    const online = { home: 'demo', device: 'gas', event: 'come_online' } as const;
    const changes = moveDevice(graph, online);
    expect(changes).toEqual([{ kind: 'device_transitioned', home: 'demo', device: 'gas', to: 'online' }]);
    for (const change of changes) graph.apply(change);
    expect(moveDevice(graph, online)).toEqual([]);
  });
});
