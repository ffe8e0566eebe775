import { describe, expect, it } from 'vitest';
import { TwinGraph } from '../graph/TwinGraph.ts';
import { moveDrill } from './moveDrill.ts';

const START = Date.parse('2026-03-07T10:00:00.000Z');

function homeWithDrill(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'owner_occupied' } });
  const span = { starts: '2026-03-07T10:00:00.000Z', ends: '2026-03-07T11:00:00.000Z' };
  graph.apply({
    kind: 'drill_announced',
    drill: { id: 'd', home: 'h', title: 'Fire', devices: [], by: 'ann', ...span },
  });
  return graph;
}

const move = (graph: TwinGraph, event: 'start' | 'end') => {
  for (const change of moveDrill(graph, { home: 'h', drill: 'd', event, by: null, at: START })) graph.apply(change);
};

describe('a drill', () => {
  it('ends with its alarms, and leaves the real ones alone', () => {
    const graph = homeWithDrill();
    move(graph, 'start');
    const about = { home: 'h', device: 'smoke', rule: 'smoke', raisedAt: '2026-03-07T10:01:00.000Z' } as const;
    graph.apply({ kind: 'alarm_raised', alarm: { ...about, id: 'real', kind: 'smoke' } });
    graph.apply({ kind: 'alarm_raised', alarm: { ...about, id: 'tried', kind: 'smoke', drill: 'd' } });
    graph.apply({ kind: 'alarm_raised', alarm: { ...about, id: 'seen', kind: 'heat', drill: 'd' } });
    graph.apply({ kind: 'alarm_transitioned', home: 'h', alarm: 'seen', to: 'handled', by: 'ann' });
    move(graph, 'end');
    const states = [...graph.home('h').alarms.values()].map(({ alarm, state }) => [alarm.id, state]);
    expect(states).toEqual([
      ['real', 'raised'],
      ['tried', 'reset'],
      ['seen', 'reset'],
    ]);
    expect(graph.drill('h', 'd').state).toBe('ended');
  });

  it('does not start again when it is over', () => {
    const graph = homeWithDrill();
    move(graph, 'end');
    expect(() => move(graph, 'start')).toThrow(
      expect.objectContaining({ code: 'twin:drill.move_refused', message: 'cannot start a drill that is ended' }),
    );
  });
});
