import { expect, it } from 'vitest';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { filledIn } from './placeholders.ts';

it('puts what a home has in the place of placeholders, whatever it is called', () => {
  const graph = new TwinGraph();
  graph.apply({ kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } });
  const id = 'h","on":true,"x":"\\';
  graph.apply({ kind: 'home_added', home: { id, area: 'city', name: '1', occupancy: 'vacant' } });
  const text = JSON.stringify([{ kind: 'home_flagged', home: '$home', flag: 'medical_care', on: false }]);
  expect(JSON.parse(filledIn(text, graph, graph.home(id), 'active')!)).toEqual([
    { kind: 'home_flagged', home: id, flag: 'medical_care', on: false },
  ]);
  expect(filledIn('"$lease"', graph, graph.home(id), 'active')).toBeNull();
});
