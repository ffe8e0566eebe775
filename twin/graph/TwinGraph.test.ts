import { describe, expect, it } from 'vitest';
import type { Change, Lease } from '../changes.ts';
import { TwinGraph } from './TwinGraph.ts';

const lease: Lease = {
  id: 'lease-1',
  home: 'h1',
  tenant: 'tina',
  landlord: 'olga',
  starts: '2026-01-01T00:00:00.000Z',
  ends: '2026-12-31T00:00:00.000Z',
};
const world: Change[] = [
  { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } },
  { kind: 'area_added', area: { id: 'east', level: 'district', name: 'East', parent: 'city' } },
  { kind: 'area_added', area: { id: 'west', level: 'district', name: 'West', parent: 'city' } },
  { kind: 'person_added', person: { id: 'tina', ageBand: 'adult' } },
  { kind: 'home_added', home: { id: 'h1', area: 'east', name: '1-101', occupancy: 'rented' } },
  { kind: 'home_added', home: { id: 'h2', area: 'west', name: '2-101', occupancy: 'vacant' } },
  {
    kind: 'device_registered',
    device: {
      id: 'd1',
      home: 'h1',
      room: null,
      address: '0x01',
      name: 'hall/climate',
      vendor: 'Aqara',
      model: 'WSDCGQ11LM',
      trust: 'normal',
    },
  },
];

function graphOf(...more: Change[]): TwinGraph {
  const graph = new TwinGraph();
  for (const change of [...world, ...more]) graph.apply(change);
  return graph;
}

describe('TwinGraph', () => {
  it('counts every change in its revision', () => {
    expect(graphOf().revision).toBe(world.length);
  });

  it('finds the homes of an area and of the areas below it', () => {
    const graph = graphOf();
    expect([...graph.homesWithin('city')]).toEqual(['h1', 'h2']);
    expect([...graph.homesWithin('east')]).toEqual(['h1']);
    expect(graph.liesWithin('east', 'city')).toBe(true);
    expect(graph.liesWithin('city', 'east')).toBe(false);
    expect(graph.liesWithin('nowhere', 'city')).toBe(false);
  });

  it('keeps the newer of two values whatever order they come in', () => {
    const graph = graphOf();
    expect(graph.setValue('h1', 'd1', 'temperature', { value: 21, at: 2000, receivedAt: 2001 })).toBe(true);
    expect(graph.setValue('h1', 'd1', 'temperature', { value: 19, at: 1000, receivedAt: 2002 })).toBe(false);
    expect(graph.device('h1', 'd1').values.get('temperature')?.value).toBe(21);
  });

  it('forgets what the home showed when a lease ends', () => {
    const graph = graphOf(
      { kind: 'lease_signed', lease },
      { kind: 'lease_transitioned', home: 'h1', lease: 'lease-1', to: 'active' },
    );
    graph.setValue('h1', 'd1', 'temperature', { value: 21, at: 2000, receivedAt: 2001 });
    graph.apply({ kind: 'lease_transitioned', home: 'h1', lease: 'lease-1', to: 'ended' });
    expect(graph.device('h1', 'd1').values.size).toBe(0);
    expect([...graph.wipedHomes]).toEqual(['h1']);
  });

  it('keeps what the home shows when a lease ends that never began', () => {
    const graph = graphOf({ kind: 'lease_signed', lease });
    graph.setValue('h1', 'd1', 'temperature', { value: 21, at: 2000, receivedAt: 2001 });
    graph.apply({ kind: 'lease_transitioned', home: 'h1', lease: 'lease-1', to: 'ended' });
    expect(graph.device('h1', 'd1').values.size).toBe(1);
    expect(graph.wipedHomes.size).toBe(0);
  });

  it('refuses a change to what it does not know, and stays as it was', () => {
    const graph = graphOf();
    const refused = () => graph.apply({ kind: 'device_renamed', home: 'h1', device: 'd9', name: 'x' });
    expect(refused).toThrow(expect.objectContaining({ code: 'twin:device.not_found' }));
    expect(() => graph.apply({ kind: 'relation_added', subject: 'tina', relation: 'resident', object: 'h9' })).toThrow(
      expect.objectContaining({ code: 'twin:home.not_found' }),
    );
    expect(graph.revision).toBe(world.length);
  });

  it('marks the homes that a change touched', () => {
    const graph = graphOf();
    graph.dirtyHomes.clear();
    graph.apply({ kind: 'home_flagged', home: 'h2', flag: 'elder_alone', on: true });
    graph.apply({ kind: 'relation_added', subject: 'tina', relation: 'resident', object: 'h1' });
    expect([...graph.dirtyHomes].sort()).toEqual(['h1', 'h2']);
  });
});
