import { expect, it } from 'vitest';
import type { Change } from '../../changes.ts';
import { projectChanges } from './projectChanges.ts';

const home = (area: string): Change => ({
  kind: 'home_added',
  home: { id: 'h1', area, name: 'the Smiths', occupancy: 'rented' },
});
const state = (to: 'online' | 'faulty'): Change => ({ kind: 'device_transitioned', home: 'h1', device: 'd1', to });
const relation = (kind: 'relation_added' | 'relation_ended'): Change => ({
  ...{ kind, subject: 'ana', relation: 'resident', object: 'h1' },
});
const project = (...changes: Change[]) => {
  const { nodes, links, relations } = projectChanges(changes.map((change) => ({ change, keyId: 'k1' })));
  return { nodes: [...nodes.values()], links: [...links.values()], relations: [...relations.values()] };
};

it('keeps the last word about each node, link and relation of a batch', () => {
  const { nodes, links } = project(
    home('b1'),
    { kind: 'occupancy_changed', home: 'h1', occupancy: 'vacant' },
    home('b2'),
  );
  expect(nodes).toEqual([
    { ref: { label: 'Home', home: null, id: 'h1' }, made: true, set: { occupancy: 'rented' }, keyId: 'k1' },
  ]);
  expect(links).toMatchObject([{ type: 'STANDS_IN', to: { label: 'Area', id: 'b2' } }]);
  expect(project(relation('relation_added'), relation('relation_ended')).relations).toMatchObject([{ on: false }]);
  expect(project(relation('relation_ended'), relation('relation_added')).relations).toMatchObject([{ on: true }]);
});

it('makes no node of a change to something that was made before', () => {
  expect(project(state('online'), state('faulty')).nodes).toMatchObject([{ made: false, set: { state: 'faulty' } }]);
});

it('tells things of one id apart by their home', () => {
  const rooms = ['h1', 'h2'].map(
    (of): Change => ({ kind: 'room_added', room: { id: 'hall', home: of, name: 'hall' } }),
  );
  expect(project(...rooms).nodes).toHaveLength(2);
});

it('shows no name, address, date, age, flag or basis', () => {
  const mark = 'PLAINMARK';
  const shown = project(
    { kind: 'home_added', home: { id: 'h1', area: 'b1', name: mark, occupancy: 'rented' } },
    { kind: 'person_added', person: { id: 'ana', ageBand: 'child_14_and_under' } },
    { kind: 'home_flagged', home: 'h1', flag: 'medical_care', on: true },
    { kind: 'room_added', room: { id: 'r1', home: 'h1', name: mark } },
    {
      kind: 'device_registered',
      device: {
        ...{ id: 'd1', home: 'h1', room: 'r1', trust: 'normal' },
        ...{ address: mark, name: mark, vendor: mark, model: mark },
      },
    },
    { kind: 'device_renamed', home: 'h1', device: 'd1', name: mark },
    { kind: 'lease_signed', lease: { id: 'l1', home: 'h1', tenant: 'ana', landlord: 'bob', starts: mark, ends: mark } },
    {
      kind: 'basis_given',
      basis: {
        ...{ id: 'c1', type: 'consent', home: 'h1', person: 'ana', givenBy: 'ana', grantee: 'clinic', ends: mark },
        ...{ purposes: ['care'], categories: ['behaviour'], granularity: 'full' },
      },
    },
  );
  expect(shown.nodes.map(({ ref }) => ref.id)).toEqual(['h1', 'ana', 'r1', 'd1', 'l1']);
  expect(JSON.stringify(shown)).not.toMatch(/PLAINMARK|child|medical|clinic|care/);
});
