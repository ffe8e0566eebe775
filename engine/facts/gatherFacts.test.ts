import { describe, expect, it } from 'vitest';
import type { AreaBasis, Basis, Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { CATEGORIES } from '../../twin/words.ts';
import type { Asking, Subject } from '../AccessRequest.ts';
import { facts, gatherFacts } from './gatherFacts.ts';

const NOON = Date.parse('2026-03-06T04:00:00.000Z'); // noon in Asia/Shanghai
const hospital: Subject = {
  account: 'hospital-desk',
  person: null,
  organisation: { id: 'hospital', kind: 'hospital' },
  area: null,
  tier: 'community',
  roles: ['clinician'],
  assurance: 'high',
  multiFactor: true,
};
const tina: Subject = {
  account: 'tina',
  person: 'tina',
  organisation: null,
  area: null,
  tier: 'home',
  roles: ['tenant'],
  assurance: 'substantial',
  multiFactor: false,
};
const care: Asking = { subject: hospital, action: 'read', purpose: 'care', channel: 'api' };
const consent: Basis = {
  id: 'c1',
  type: 'consent',
  home: 'h1',
  person: 'tina',
  givenBy: 'tina',
  grantee: 'hospital',
  purposes: ['care'],
  categories: ['environment', 'behaviour'],
  granularity: 'hour',
  ends: null,
};
const world: Change[] = [
  { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } },
  { kind: 'area_added', area: { id: 'block', level: 'building', name: '1', parent: 'city' } },
  { kind: 'organisation_added', organisation: { id: 'hospital', kind: 'hospital', name: 'Hospital', area: null } },
  { kind: 'person_added', person: { id: 'olga', ageBand: 'elder' } },
  { kind: 'person_added', person: { id: 'tina', ageBand: 'adult' } },
  { kind: 'home_added', home: { id: 'h1', area: 'block', name: '101', occupancy: 'rented' } },
  { kind: 'relation_added', subject: 'olga', relation: 'owner', object: 'h1' },
  {
    kind: 'lease_signed',
    lease: { id: 'l1', home: 'h1', tenant: 'tina', landlord: 'olga', starts: '2026-01-01', ends: '2026-12-31' },
  },
  { kind: 'lease_transitioned', home: 'h1', lease: 'l1', to: 'active' },
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
const temperature = { type: 'property', home: 'h1', device: 'd1', property: 'temperature' } as const;

function gather(asking: Asking, ...more: Change[]) {
  const graph = new TwinGraph();
  for (const change of [...world, ...more]) graph.apply(change);
  return gatherFacts(graph, asking, temperature, NOON);
}

describe('gatherFacts', () => {
  it('reads a whole input from the twin', () => {
    expect(gather(care, { kind: 'basis_given', basis: consent })).toEqual({
      subject: {
        tier: 'community',
        organisation: 'hospital',
        roles: ['clinician'],
        assurance: 'high',
        multi_factor: true,
        age_band: null,
      },
      action: 'read',
      purpose: 'care',
      relations: [],
      resource: {
        type: 'property',
        label: expect.objectContaining({ category: 'environment' }),
        home: { occupancy: 'rented', lease: 'active', flags: [], waivers: [], cohort: 'rest' },
        device: { trust: 'normal', state: 'registered', last_seen: 'never', kind: 'sensor' },
        owners: [
          {
            age_band: 'adult',
            basis: [{ type: 'consent', categories: ['behaviour', 'environment'], granularity: 'hour' }],
          },
        ],
        instrument: null,
      },
      context: {
        time_windows: ['day', 'office_hours'],
        emergency: [],
        break_glass: [],
        channel: 'api',
        residency: 'domestic',
      },
    });
  });

  it('gives a basis only for its grantee and purpose, and only while it is in force', () => {
    const given: Change = { kind: 'basis_given', basis: consent };
    const basisOf = (asking: Asking, ...more: Change[]) => gather(asking, given, ...more).resource.owners[0]?.basis;
    expect(basisOf(care)).toHaveLength(1);
    expect(basisOf({ ...care, purpose: 'research' })).toEqual([]);
    expect(basisOf({ ...care, subject: tina })).toEqual([]);
    expect(basisOf(care, { kind: 'basis_ended', home: 'h1', basis: 'c1', reason: 'withdrawn' })).toEqual([]);
  });

  it('says that an owner allowed the subject something else, and not to others or beside what it allowed', () => {
    const given: Change = { kind: 'basis_given', basis: consent };
    const otherPurpose = (asking: Asking) => gather(asking, given).resource.owners[0]?.other_purpose;
    expect(otherPurpose({ ...care, purpose: 'research' })).toBe(true);
    expect(otherPurpose(care)).toBeUndefined();
    expect(otherPurpose({ ...care, subject: tina, purpose: 'research' })).toBeUndefined();
  });

  it('knows a tenant while the lease is active and not a moment longer', () => {
    const asking: Asking = { ...care, subject: tina, purpose: 'own_use' };
    expect(gather(asking).relations).toEqual(['tenant']);
    const ended = gather(asking, { kind: 'lease_transitioned', home: 'h1', lease: 'l1', to: 'ended' });
    expect(ended.relations).toEqual([]);
    expect(ended.resource.home.lease).toBe('ended');
    expect(ended.resource.owners.map(({ age_band }) => age_band)).toEqual(['elder']);
  });

  it('puts people whom no policy could tell apart in the list once', () => {
    const alike: Change[] = ['p1', 'p2'].flatMap((id): Change[] => [
      { kind: 'person_added', person: { id, ageBand: 'adult' } },
      { kind: 'relation_added', subject: id, relation: 'resident', object: 'h1' },
    ]);
    expect(gather(care, ...alike).resource.owners).toEqual([{ age_band: 'adult', basis: [] }]);
  });

  it('counts an alarm as an emergency until it is reset', () => {
    const raised: Change = {
      kind: 'alarm_raised',
      alarm: { id: 'a1', home: 'h1', kind: 'smoke', device: null, rule: 'smoke', raisedAt: '2026-03-06T04:00:00.000Z' },
    };
    const moved = (to: 'handled' | 'reset'): Change => ({
      kind: 'alarm_transitioned',
      home: 'h1',
      alarm: 'a1',
      to,
      by: null,
    });
    expect(gather(care, raised).context.emergency).toEqual(['smoke']);
    expect(gather(care, raised, moved('handled')).context.emergency).toEqual(['smoke']);
    expect(gather(care, raised, moved('reset')).context.emergency).toEqual([]);
  });

  it('knows what two people opened, for those whom they act for and no longer than it is open', () => {
    const at = '2026-03-06T03:00:00.000Z';
    const access = { id: 'e1', home: 'h1', categories: ['device', 'behaviour'], reason: 'r', party: 'office' } as const;
    const opened: Change = {
      kind: 'emergency_access_opened',
      access: { ...access, ends: '2026-03-06T05:00:00.000Z' },
      act: { move: 'open', by: 'a', at },
    };
    const moved = (to: 'confirmed' | 'ended', party: string): Change => ({
      kind: 'emergency_access_transitioned',
      home: 'h1',
      access: 'e1',
      to,
      act: { move: to === 'confirmed' ? 'confirm' : 'close', by: 'b', at },
      party,
    });
    const confirmed = [opened, moved('confirmed', 'hospital')];
    expect(gather(care, opened).context.break_glass).toEqual([]);
    expect(gather(care, ...confirmed).context.break_glass).toEqual(['behaviour', 'device']);
    expect(gather({ ...care, subject: tina }, ...confirmed).context.break_glass).toEqual([]);
    expect(gather(care, ...confirmed, moved('ended', 'hospital')).context.break_glass).toEqual([]);
    expect(gather(care, opened, moved('confirmed', 'brigade')).context.break_glass).toEqual([]);
  });

  it('knows an order over all of an area for a simulation of it, and no less than that', () => {
    const order = { id: 'o', type: 'order', area: 'city', givenBy: 'o', grantee: { party: 'hospital' } } as const;
    const scope = { purposes: ['care'], categories: CATEGORIES, granularity: 'full', ends: null } as const;
    const stateWith = (basis: Partial<AreaBasis>, area = 'block'): string | undefined => {
      const graph = new TwinGraph();
      for (const change of world) graph.apply(change);
      graph.apply({ kind: 'area_basis_given', basis: { ...order, ...scope, ...basis } });
      return gatherFacts(graph, care, { type: 'simulation', area, id: '' }, NOON).resource.instrument?.state;
    };
    expect(stateWith({})).toBe('in_force');
    expect(stateWith({ type: 'approval' })).toBe('none');
    expect(stateWith({ purposes: ['regulation'] })).toBe('none');
    expect(stateWith({ categories: ['environment'] })).toBe('none');
    expect(stateWith({ grantee: { party: 'school' } })).toBe('none');
    expect(stateWith({ area: 'block' }, 'city')).toBe('none');
  });

  it('holds no number, date or id anywhere', () => {
    const leaves: unknown[] = [];
    JSON.stringify(gather(care, { kind: 'basis_given', basis: consent }), (_key, value) => {
      if (typeof value !== 'object') leaves.push(value);
      return value;
    });
    expect(leaves.filter((leaf) => typeof leaf === 'number')).toEqual([]);
    for (const id of ['h1', 'd1', 'tina', 'c1', 'l1']) expect(leaves).not.toContain(id);
  });

  it('says where every fact comes from, and gives each path one fact', () => {
    const paths = facts.map(({ path }) => path.join('.'));
    expect(new Set(paths).size).toBe(paths.length);
    for (const { origin } of facts) expect(origin).not.toBe('');
  });
});
