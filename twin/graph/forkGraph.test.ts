import { describe, expect, it } from 'vitest';
import type { Act, Change } from '../changes.ts';
import { forkGraph } from './forkGraph.ts';
import { graphOfSnapshot, snapshotOf } from './snapshot.ts';
import { TwinGraph } from './TwinGraph.ts';
import { GRAPH_MAPS } from './touchedBy.ts';

const act: Act = { move: 'open', by: 'ann', at: '2026-05-01T00:00:00.000Z' };
const scope = { purposes: ['care'], categories: ['environment'], granularity: 'full', ends: null } as const;
const device = { home: 'h1', room: null, vendor: 'v', model: 'm', trust: 'normal' } as const;
const label = {
  subject_class: 'public',
  category: 'device',
  grade: 'general_1',
  sharing: 'restricted',
  sensitive: false,
} as const;
const waiver = {
  rules: ['a/b'],
  owner: 'office',
  reason: 'r',
  givenBy: 'ann',
  starts: '2026-05-01T00:00:00.000Z',
  ends: '2026-06-01T00:00:00.000Z',
};
const drill = {
  id: 'd',
  home: 'h1',
  title: 'Fire drill',
  devices: ['smoke'],
  starts: '2026-03-07T10:00:00.000Z',
  ends: '2026-03-07T11:00:00.000Z',
  by: 'account-1',
};
const alarm = { home: 'h1', kind: 'smoke', device: null, rule: 'smoke', raisedAt: act.at } as const;
const access = { home: 'h1', categories: ['device'], reason: 'r', party: 'fire', ends: act.at } as const;
const command = {
  home: 'h1',
  device: 'd1',
  values: { state: 'ON' },
  claimant: 'resident',
  priority: 1,
  by: { kind: 'account', account: 'ann' },
  alarm: null,
  issuedAt: act.at,
  expiresAt: act.at,
  hold: { kind: 'none' },
} as const;
const lease = { home: 'h1', tenant: 'tina', landlord: 'olga', starts: act.at, ends: act.at };
const order = { kind: 'order', area: 'city', homes: null, number: '7', grantee: 'court', ...scope } as const;

/** A world in which each of the changes below finds what it changes. */
const world: readonly Change[] = [
  { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } },
  { kind: 'area_added', area: { id: 'east', level: 'district', name: 'East', parent: 'city' } },
  { kind: 'person_added', person: { id: 'tina', ageBand: 'adult' } },
  { kind: 'home_added', home: { id: 'h1', area: 'east', name: '1', occupancy: 'rented' } },
  { kind: 'home_added', home: { id: 'h2', area: 'east', name: '2', occupancy: 'vacant' } },
  { kind: 'relation_added', subject: 'tina', relation: 'resident', object: 'h1' },
  { kind: 'device_registered', device: { id: 'd1', name: 'a', address: '0x1', ...device } },
  { kind: 'lease_signed', lease: { id: 'l1', ...lease } },
  { kind: 'lease_transitioned', home: 'h1', lease: 'l1', to: 'active' },
  {
    kind: 'basis_given',
    basis: { id: 'b1', type: 'consent', home: 'h1', person: null, givenBy: 'tina', grantee: 'hospital', ...scope },
  },
  {
    kind: 'area_basis_given',
    basis: { id: 'ab1', type: 'order', area: 'city', givenBy: 'office', grantee: { party: 'court' }, ...scope },
  },
  { kind: 'instrument_made', instrument: { id: 'o1', ...order }, act },
  { kind: 'waiver_given', waiver: { id: 'w1', home: 'h1', area: null, ...waiver } },
  { kind: 'waiver_given', waiver: { id: 'w2', home: null, area: 'city', ...waiver } },
  { kind: 'emergency_access_opened', access: { id: 'e1', ...access }, act },
  { kind: 'drill_announced', drill },
  { kind: 'alarm_raised', alarm: { id: 'a1', ...alarm } },
  { kind: 'command_issued', command: { id: 'c1', ...command } },
];

/** One change of every kind, and of those that go to a home or to an area both. */
const CHANGES = {
  area_added: [{ kind: 'area_added', area: { id: 'west', level: 'district', name: 'West', parent: 'city' } }],
  organisation_added: [
    { kind: 'organisation_added', organisation: { id: 'x', kind: 'hospital', name: 'X', area: null } },
  ],
  person_added: [{ kind: 'person_added', person: { id: 'ben', ageBand: 'elder' } }],
  account_added: [
    {
      kind: 'account_added',
      account: {
        id: 'acc',
        person: 'tina',
        organisation: null,
        area: null,
        tier: 'home',
        roles: [],
        assurance: 'low',
        multiFactor: false,
      },
    },
  ],
  home_added: [{ kind: 'home_added', home: { id: 'h3', area: 'east', name: '3', occupancy: 'vacant' } }],
  area_placed: [
    { kind: 'area_placed', area: 'city', place: { latitude: 30.3, longitude: 120.2, timeZone: 'Asia/Shanghai' } },
  ],
  home_placed: [{ kind: 'home_placed', home: 'h1', place: { latitude: 69.6, longitude: 19, timeZone: 'Europe/Oslo' } }],
  home_flagged: [{ kind: 'home_flagged', home: 'h1', flag: 'elder_alone', on: true }],
  occupancy_changed: [{ kind: 'occupancy_changed', home: 'h1', occupancy: 'vacant' }],
  relation_added: [
    { kind: 'relation_added', subject: 'tina', relation: 'tenant', object: 'h1' },
    { kind: 'relation_added', subject: 'office', relation: 'manages', object: 'city' },
  ],
  relation_ended: [{ kind: 'relation_ended', subject: 'tina', relation: 'resident', object: 'h1' }],
  room_added: [{ kind: 'room_added', room: { id: 'r', home: 'h1', name: 'r' } }],
  device_registered: [{ kind: 'device_registered', device: { id: 'd2', name: 'b', address: '0x2', ...device } }],
  device_renamed: [{ kind: 'device_renamed', home: 'h1', device: 'd1', name: 'z' }],
  device_transitioned: [{ kind: 'device_transitioned', home: 'h1', device: 'd1', to: 'faulty' }],
  property_relabelled: [{ kind: 'property_relabelled', home: 'h1', device: 'd1', property: 'power', label }],
  lease_signed: [{ kind: 'lease_signed', lease: { id: 'l2', ...lease } }],
  lease_transitioned: [{ kind: 'lease_transitioned', home: 'h1', lease: 'l1', to: 'ended' }],
  basis_given: [
    {
      kind: 'basis_given',
      basis: { id: 'b2', type: 'consent', home: 'h1', person: null, givenBy: 'tina', grantee: 'school', ...scope },
    },
  ],
  basis_ended: [{ kind: 'basis_ended', home: 'h1', basis: 'b1', reason: 'withdrawn' }],
  area_basis_given: [
    {
      kind: 'area_basis_given',
      basis: { id: 'ab2', type: 'order', area: 'city', givenBy: 'office', grantee: { kind: 'regulator' }, ...scope },
    },
  ],
  area_basis_ended: [{ kind: 'area_basis_ended', basis: 'ab1', reason: 'expired' }],
  instrument_made: [{ kind: 'instrument_made', instrument: { id: 'o2', ...order }, act }],
  instrument_transitioned: [
    { kind: 'instrument_transitioned', instrument: 'o1', to: 'approved_once', act, ends: act.at },
  ],
  waiver_given: [
    { kind: 'waiver_given', waiver: { id: 'w3', home: 'h1', area: null, ...waiver } },
    { kind: 'waiver_given', waiver: { id: 'w4', home: null, area: 'east', ...waiver } },
  ],
  waiver_transitioned: [
    { kind: 'waiver_transitioned', home: 'h1', area: null, waiver: 'w1', to: 'in_force', at: act.at },
    { kind: 'waiver_transitioned', home: null, area: 'city', waiver: 'w2', to: 'in_force', at: act.at },
  ],
  emergency_access_opened: [{ kind: 'emergency_access_opened', access: { id: 'e2', ...access, party: 'office' }, act }],
  emergency_access_transitioned: [
    { kind: 'emergency_access_transitioned', home: 'h1', access: 'e1', to: 'confirmed', act, party: 'police' },
  ],
  alarm_raised: [{ kind: 'alarm_raised', alarm: { id: 'a2', ...alarm } }],
  alarm_transitioned: [{ kind: 'alarm_transitioned', home: 'h1', alarm: 'a1', to: 'acknowledged', by: null }],
  command_issued: [{ kind: 'command_issued', command: { id: 'c2', ...command } }],
  command_transitioned: [
    { kind: 'command_transitioned', home: 'h1', command: 'c1', to: 'sent', at: act.at, reason: 'taken_by_bus' },
  ],
  alarm_escalated: [{ kind: 'alarm_escalated', home: 'h1', alarm: 'a1', to: 'community', at: act.at }],
  drill_announced: [{ kind: 'drill_announced', drill: { ...drill, id: 'd2' } }],
  drill_transitioned: [{ kind: 'drill_transitioned', home: 'h1', drill: 'd', to: 'running', by: null, at: act.at }],
  finding_raised: [{ kind: 'finding_raised', finding: { id: 'f', home: 'h1', kind: 'foreign_command', device: null } }],
  mode_changed: [{ kind: 'mode_changed', home: 'h1', mode: 'away', by: 'acc', at: act.at }],
  pack_switched: [
    { kind: 'pack_switched', home: 'h1', pack: 'presence', on: true, parameters: {}, by: 'acc', at: act.at },
  ],
  scene_set: [{ kind: 'scene_set', home: 'h1', scene: { id: 's', name: 'S', values: [] }, by: 'acc', at: act.at }],
  scene_removed: [{ kind: 'scene_removed', home: 'h1', scene: 's', by: 'acc', at: act.at }],
  scene_run: [{ kind: 'scene_run', home: 'h1', scene: 's', run: 'r', before: [], by: 'acc', at: act.at }],
  scene_undone: [{ kind: 'scene_undone', home: 'h1', scene: 's', run: 'r', by: 'acc', at: act.at }],
  home_rule_changed: [
    {
      kind: 'home_rule_changed',
      home: 'h1',
      rule: 'r',
      act: 'set',
      body: {},
      on: true,
      restores: null,
      by: 'acc',
      at: act.at,
    },
  ],
  record_opened: [
    {
      kind: 'record_opened',
      home: 'h1',
      record: {
        kind: 'binding',
        id: 'r1',
        home: 'h1',
        device: 'd1',
        person: 'p1',
        code: '0',
        ends: '2026-03-08T00:00:00.000Z',
      },
      by: 'acc',
      at: act.at,
    },
  ],
  record_moved: [
    {
      kind: 'record_moved',
      home: 'h1',
      record: 'r1',
      move: 'activate',
      to: 'bound',
      by: 'acc',
      at: act.at,
      note: null,
    },
  ],
  record_overdue: [{ kind: 'record_overdue', home: 'h1', record: 'r1', what: 'response', at: act.at }],
  guarded_answer_given: [
    {
      kind: 'guarded_answer_given',
      answer: { question: 'q', organisation: 'office', day: '2026-03-06', state: '9', units: 1 },
    },
  ],
} as const satisfies { readonly [Kind in Change['kind']]: readonly Extract<Change, { kind: Kind }>[] };

function graphOf(changes: readonly Change[]): TwinGraph {
  const graph = new TwinGraph();
  for (const change of changes) graph.apply(change);
  graph.setValue('h1', 'd1', 'power', { value: 1, at: 1, receivedAt: 1 });
  return graph;
}

/** All that a graph says, with plain maps and as it is at this moment. */
const said = (graph: TwinGraph) => {
  const { revision, areasRevision } = graph;
  return structuredClone({
    revision,
    areasRevision,
    ...Object.fromEntries(GRAPH_MAPS.map((name) => [name, new Map<string, unknown>(graph[name])])),
  });
};

describe('forkGraph', () => {
  const changes: readonly Change[] = Object.values(CHANGES).flat();
  it.each(changes.map((change) => [change.kind, change] as const))(
    'keeps a fork and what it was taken of apart by a change in either: %s',
    (_, change) => {
      const graph = graphOf(world);
      const before = said(graph);
      const changed = forkGraph(graph, [change]);
      const expected = graphOf(world);
      expected.apply(change);
      expect(said(changed)).toEqual(said(expected));
      expect(said(graph)).toEqual(before);

      const kept = forkGraph(graph);
      graph.apply(change);
      expect(said(kept)).toEqual(before);
      expect(said(graph)).toEqual(said(expected));
      for (const { areas, homes, homeOfDevice } of [kept, changed]) {
        for (const map of [areas, homes, homeOfDevice]) expect([...map.keys()]).toHaveLength(map.size);
      }
    },
  );

  it('keeps what devices say apart, and how long ago they did', () => {
    const graph = graphOf(world);
    const before = said(graph);
    const fork = forkGraph(graph);
    fork.setValue('h1', 'd1', 'power', { value: 2, at: 2, receivedAt: 2 });
    fork.noteLastSeen('h1', 'd1', 'stale');
    expect(said(graph)).toEqual(before);
    const still = said(fork);
    const other = forkGraph(graph);
    graph.setValue('h1', 'd1', 'power', { value: 3, at: 3, receivedAt: 3 });
    graph.noteLastSeen('h1', 'd1', 'never');
    expect(said(fork)).toEqual(still);
    expect(said(other)).toEqual(before);
  });

  it('copies the homes that change and no others', () => {
    const graph = graphOf(world);
    const fork = forkGraph(graph, CHANGES.home_flagged);
    expect(fork.home('h1')).not.toBe(graph.home('h1'));
    expect(fork.home('h2')).toBe(graph.home('h2'));
    expect([...fork.dirtyHomes]).toEqual(['h1']);
  });

  it('forks a fork, and keeps both apart from all below', () => {
    const graph = graphOf(world);
    const first = forkGraph(graph, CHANGES.home_flagged);
    const second = forkGraph(first, CHANGES.home_added);
    const [one, two] = [said(first), said(second)];
    graph.apply(CHANGES.occupancy_changed[0]);
    graph.apply(CHANGES.area_added[0]);
    expect([said(first), said(second)]).toEqual([one, two]);
    first.apply(CHANGES.person_added[0]);
    expect(said(second)).toEqual(two);
    expect([...second.homesWithin('city')]).toEqual(['h1', 'h2', 'h3']);
  });

  it('names the change that the graph refuses, and leaves the graph as it was', () => {
    const graph = graphOf(world);
    const before = said(graph);
    const refused = () =>
      forkGraph(graph, [...CHANGES.home_flagged, { kind: 'device_renamed', home: 'h1', device: 'd9', name: '' }]);
    expect(refused).toThrow(expect.objectContaining({ code: 'twin:device.not_found', place: { path: '/1' } }));
    expect(said(graph)).toEqual(before);
  });

  it('is kept as a snapshot like any other graph', () => {
    const fork = forkGraph(graphOf(world), changes.slice(0, 4));
    const restored = graphOfSnapshot(snapshotOf(fork))!;
    expect(restored.areas).toEqual(new Map(fork.areas));
    expect([...restored.homes.keys()]).toEqual([...fork.homes.keys()]);
    expect(restored.revision).toBe(fork.revision);
  });
});
