import { describe, expect, it } from 'vitest';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Reading } from '../../twin/TwinStore.ts';
import { applyReading } from './applyReading.ts';

function home(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'rented' } });
  const about = { room: null, address: '0x1', name: 'd', vendor: 'v', model: 'm', trust: 'normal' } as const;
  graph.apply({ kind: 'device_registered', device: { id: 'd', home: 'h', ...about } });
  return graph;
}

function reading(at: number, values: Record<string, unknown>): Reading {
  return { home: 'h', device: 'd', at, receivedAt: at, values, tenancy: null, group: 'open', current: true };
}

describe('applyReading', () => {
  it('tells what each changed property was before, and null of what was not known', () => {
    const graph = home();
    expect(applyReading(graph, reading(1, { contact: true }))).toMatchObject({ previous: { contact: null } });
    expect(applyReading(graph, reading(2, { contact: false, battery: 9 }))).toMatchObject({
      previous: { contact: true, battery: null },
    });
    expect(graph.device('h', 'd').values.get('contact')?.value).toBe(false);
  });

  it('tells of no change when a message says the same again, or comes late', () => {
    const graph = home();
    applyReading(graph, reading(5, { contact: true, colour: { x: 1 } }));
    expect(applyReading(graph, reading(6, { contact: true, colour: { x: 1 } }))).not.toHaveProperty('previous');
    expect(applyReading(graph, reading(4, { contact: false }))).not.toHaveProperty('previous');
    expect(graph.device('h', 'd').values.get('contact')?.value).toBe(true);
  });
});
