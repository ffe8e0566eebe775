import { expect, it } from 'vitest';
import type { Act } from '../changes.ts';
import { TwinGraph } from '../graph/TwinGraph.ts';
import { moveEmergencyAccess } from './moveEmergencyAccess.ts';

const act = (move: Act['move'], by: string | null): Act => ({ move, by, at: '2026-05-04T05:20:00.000Z' });

function opened(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'vacant' } });
  const access = { id: 'e', home: 'h', categories: ['behaviour'], reason: 'no answer at the door' } as const;
  const whole = { ...access, party: 'company', ends: '2026-05-04T06:20:00.000Z' };
  graph.apply({ kind: 'emergency_access_opened', access: whole, act: act('open', 'ann') });
  return graph;
}

it('is for whom both act, once another has confirmed it', () => {
  const graph = opened();
  const moves = [
    { move: 'confirm', by: 'ben', party: 'office' },
    { move: 'expire', by: null, party: null },
    { move: 'review', by: 'cat', party: 'authority' },
  ] as const;
  const states = moves.map(({ move, by, party }) => {
    graph.apply(moveEmergencyAccess(graph, { home: 'h', access: 'e', act: act(move, by), party }));
    return graph.emergencyAccess('h', 'e').state;
  });
  expect(states).toEqual(['confirmed', 'ended', 'reviewed']);
  const { parties, acts } = graph.emergencyAccess('h', 'e');
  expect([...parties]).toEqual(['company', 'office']);
  expect(acts.map(({ by }) => by)).toEqual(['ann', 'ben', null, 'cat']);
  expect(graph.homesOfSubject.get('office')).toEqual(new Set(['h']));
});

it('says what can be done instead, and names what is not there', () => {
  const review = (access: string) =>
    moveEmergencyAccess(opened(), { home: 'h', access, act: act('review', 'cat'), party: 'authority' });
  expect(() => review('e')).toThrow(
    expect.objectContaining({
      code: 'twin:emergency_access.move_refused',
      hint: 'what is opened allows: confirm, close',
    }),
  );
  expect(() => review('f')).toThrow(expect.objectContaining({ code: 'twin:emergency_access.not_found' }));
});
