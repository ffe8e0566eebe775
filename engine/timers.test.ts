import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Basis, Change, Lease, Waiver } from '../twin/changes.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { moveEmergencyAccess } from '../twin/lifecycles/moveEmergencyAccess.ts';
import { moveInstrument } from '../twin/lifecycles/moveInstrument.ts';
import type { Occupancy, Relation } from '../twin/words.ts';
import { endLease } from './endLease.ts';
import { homeFacts } from './facts/homeFacts.ts';
import { dueChanges, nextDue } from './timers.ts';

const START = '2026-04-01T00:00:00.000Z';
const END = '2027-04-01T00:00:00.000Z';
const at = (instant: string, plus = 0) => Date.parse(instant) + plus;

function aHome(occupancy: Occupancy = 'vacant'): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy } });
  for (const id of ['tess', 'kim', 'lou', 'oona'])
    graph.apply({ kind: 'person_added', person: { id, ageBand: 'adult' } });
  relate(graph, 'oona', 'owner');
  return graph;
}

function relate(graph: TwinGraph, subject: string, relation: Relation): void {
  graph.apply({ kind: 'relation_added', subject, relation, object: 'h' });
}

function sign(graph: TwinGraph, lease: Partial<Lease> = {}): void {
  const whole = { id: 'l1', home: 'h', tenant: 'tess', landlord: 'oona', starts: START, ends: END, ...lease };
  graph.apply({ kind: 'lease_signed', lease: whole });
}

function allow(graph: TwinGraph, basis: Partial<Basis>): void {
  const whole: Basis = {
    id: 'b1',
    type: 'consent',
    home: 'h',
    person: null,
    givenBy: 'tess',
    grantee: 'clinic',
    purposes: ['care'],
    categories: ['environment'],
    granularity: 'full',
    ends: null,
    ...basis,
  };
  graph.apply({ kind: 'basis_given', basis: whole });
}

function pass(graph: TwinGraph, now: number): readonly Change[] {
  const changes = dueChanges(graph, now);
  for (const change of changes) graph.apply(change);
  return changes;
}

describe('dueChanges', () => {
  it('changes the occupancy at the instant at which a lease starts and ends [RA-8.6-a]', () => {
    const graph = aHome();
    sign(graph);
    const seen: [string, Occupancy, string][] = [];
    for (const now of [at(START, -1), at(START), at(END, -1), at(END)]) {
      pass(graph, now);
      seen.push([new Date(now).toISOString(), graph.home('h').occupancy, graph.lease('h', 'l1').state]);
    }
    expect(seen).toEqual([
      ['2026-03-31T23:59:59.999Z', 'vacant', 'signed'],
      [START, 'rented', 'active'],
      ['2027-03-31T23:59:59.999Z', 'rented', 'active'],
      [END, 'vacant', 'ended'],
    ]);
  });

  it('gives nothing when asked again', () => {
    const graph = aHome();
    sign(graph);
    expect(pass(graph, at(START)).length).toBeGreaterThan(0);
    expect(dueChanges(graph, at(START))).toEqual([]);
    pass(graph, at(END));
    expect(dueChanges(graph, at(END, 1e9))).toEqual([]);
  });

  it('keeps a home rented in which one lease ends as the next one starts', () => {
    const graph = aHome();
    sign(graph);
    sign(graph, { id: 'l2', tenant: 'lou', starts: END, ends: '2028-04-01T00:00:00.000Z' });
    pass(graph, at(START));
    const changes = pass(graph, at(END));
    expect(changes.map(({ kind }) => kind)).toEqual(['lease_transitioned', 'lease_transitioned']);
    expect(graph.home('h').occupancy).toBe('rented');
    expect(graph.lease('h', 'l2').state).toBe('active');
  });

  it('ends two leases of one home that end together, and nobody stays', () => {
    const graph = aHome();
    sign(graph);
    sign(graph, { id: 'l2', tenant: 'lou' });
    pass(graph, at(START));
    relate(graph, 'lou', 'resident');
    relate(graph, 'kim', 'resident');
    pass(graph, at(END));
    expect(graph.home('h').occupancy).toBe('vacant');
    expect([...graph.home('h').people].filter(([, known]) => known.size > 0)).toEqual([['oona', new Set(['owner'])]]);
  });

  it('ends a lease whose whole term went by while nobody looked, without starting it', () => {
    const graph = aHome();
    sign(graph);
    expect(pass(graph, at(END)).map(({ kind }) => kind)).toEqual(['lease_transitioned']);
    expect(graph.lease('h', 'l1').state).toBe('ended');
    expect(graph.home('h').occupancy).toBe('vacant');
  });

  it('ends a basis at its term and leaves those without one', () => {
    const graph = aHome('owner_occupied');
    allow(graph, { id: 'b1', givenBy: 'oona', ends: END });
    allow(graph, { id: 'b2', givenBy: 'oona', ends: null });
    expect(dueChanges(graph, at(END, -1))).toEqual([]);
    expect(pass(graph, at(END))).toEqual([{ kind: 'basis_ended', home: 'h', basis: 'b1', reason: 'expired' }]);
    expect([...graph.home('h').bases.keys()]).toEqual(['b2']);
  });

  it('ends a basis once when its term and the lease end together', () => {
    const graph = aHome();
    sign(graph);
    pass(graph, at(START));
    allow(graph, { ends: END });
    expect(pass(graph, at(END)).filter(({ kind }) => kind === 'basis_ended')).toEqual([
      { kind: 'basis_ended', home: 'h', basis: 'b1', reason: 'lease_ended' },
    ]);
  });
});

/** A request of the clinic for this home alone or for all of its area, approved until `END`. */
function approve(graph: TwinGraph, homes: readonly string[] | null, id = 'r1'): void {
  graph.apply({
    kind: 'instrument_made',
    instrument: {
      kind: 'sharing_request',
      id,
      dataSet: 'e1',
      grantee: 'clinic',
      reason: 'care',
      area: 'b',
      homes,
      purposes: ['care'],
      categories: ['environment'],
      granularity: 'full',
      ends: null,
    },
    act: { move: 'request', by: 'cli', at: START },
  });
  for (const move of ['review', 'approve'] as const) {
    const act = { move, by: move, at: START };
    const term = move === 'approve' ? { ends: END } : {};
    for (const change of moveInstrument(graph, { instrument: id, act, ...term })) graph.apply(change);
  }
}

describe('an approval for a term', () => {
  it.each([null, ['h']])('ends with its basis at its instant, and once (homes: %j)', (homes) => {
    const graph = aHome();
    approve(graph, homes);
    expect(dueChanges(graph, at(END, -1))).toEqual([]);
    const ended = homes ? { kind: 'basis_ended', home: 'h' } : { kind: 'area_basis_ended' };
    expect(pass(graph, at(END))).toEqual([
      { ...ended, basis: 'r1:approval', reason: 'expired' },
      {
        kind: 'instrument_transitioned',
        instrument: 'r1',
        to: 'ended',
        act: { move: 'expire', by: null, at: END },
      },
    ]);
    expect(dueChanges(graph, at(END, 1))).toEqual([]);
    expect(graph.home('h').bases.size + graph.areaBasesOver('b').length).toBe(0);
  });

  it('ends once when its data set is withdrawn by time at the same instant', () => {
    const graph = aHome();
    graph.apply({ kind: 'area_added', area: { id: 'b', level: 'building', name: 'b', parent: null } });
    approve(graph, ['h']);
    const entry = {
      kind: 'catalogue_entry',
      id: 'e1',
      name: 'rooms',
      dataSet: 'e1',
      version: 1,
      sharing: 'restricted',
      audience: ['hospital'],
      area: 'b',
      homes: null,
      purposes: ['care'],
      categories: ['environment'],
      granularity: 'full',
      ends: END,
    } as const;
    graph.apply({ kind: 'instrument_made', instrument: entry, act: { move: 'draft', by: 'a', at: START } });
    const act = { move: 'publish', by: 'b', at: START } as const;
    for (const change of moveInstrument(graph, { instrument: 'e1', act })) graph.apply(change);
    expect(pass(graph, at(END)).map(({ kind }) => kind)).toEqual([
      'basis_ended',
      'instrument_transitioned',
      'instrument_transitioned',
    ]);
    expect([graph.instrument('r1').state, graph.instrument('e1').state]).toEqual(['ended', 'withdrawn']);
  });
});

describe('waivers', () => {
  const instant = fc.integer({ min: 0, max: 20 });

  it('act from the instant they start until the instant they end, whenever it is looked', () => {
    fc.assert(
      fc.property(
        fc.record({ starts: instant, lasts: fc.integer({ min: 1, max: 9 }), ofArea: fc.boolean() }),
        fc.array(instant, { maxLength: 12 }),
        ({ starts, lasts, ofArea }, looks) => {
          const graph = aHome();
          graph.apply({ kind: 'area_added', area: { id: 'b', level: 'building', name: 'B', parent: null } });
          const ends = starts + lasts;
          give(graph, { starts, ends, ...(ofArea ? { home: null, area: 'b' } : { home: 'h', area: null }) });
          for (const now of looks.toSorted((a, b) => a - b)) {
            graph.dirtyHomes.clear();
            const before = waived(graph).length;
            pass(graph, now);
            expect(waived(graph)).toEqual(starts <= now && now < ends ? ['a.b/c'] : []);
            if (waived(graph).length !== before) expect(graph.dirtyHomes).toContain('h');
            expect(dueChanges(graph, now)).toEqual([]);
            expect(nextDue(graph, now)).toBe([starts, ends].find((due) => due > now) ?? null);
          }
        },
      ),
    );
  });

  it('end together without lifting each other', () => {
    const graph = aHome();
    give(graph, { id: 'w1', starts: 1, ends: 5 });
    give(graph, { id: 'w2', starts: 2, ends: 9, rules: ['a.b/c', 'd/e'] });
    const seen = [1, 2, 5, 9].map((now) => {
      pass(graph, now);
      return waived(graph);
    });
    expect(seen).toEqual([['a.b/c'], ['a.b/c', 'd/e'], ['a.b/c', 'd/e'], []]);
  });
});

function give(
  graph: TwinGraph,
  { starts, ends, ...more }: { starts: number; ends: number } & Partial<Omit<Waiver, 'starts' | 'ends'>>,
) {
  const whole = {
    id: 'w',
    rules: ['a.b/c'],
    home: 'h',
    area: null,
    owner: 'office',
    reason: 'old valves',
    givenBy: 'office',
  };
  const at = (ms: number) => new Date(ms).toISOString();
  graph.apply({ kind: 'waiver_given', waiver: { ...whole, starts: at(starts), ends: at(ends), ...more } });
}

function waived(graph: TwinGraph): readonly string[] {
  const fact = homeFacts.find(({ path }) => path.at(-1) === 'waivers')!;
  return fact.read(graph, graph.home('h')) as readonly string[];
}

describe('an emergency access', () => {
  it.each(['opened', 'confirmed'] as const)('that is %s ends at its instant', (state) => {
    const graph = aHome();
    const access = { id: 'e', home: 'h', categories: ['device'], reason: 'r', party: 'p', ends: END } as const;
    graph.apply({ kind: 'emergency_access_opened', access, act: { move: 'open', by: 'a', at: START } });
    const act = { move: 'confirm', by: 'b', at: START } as const;
    if (state === 'confirmed') graph.apply(moveEmergencyAccess(graph, { home: 'h', access: 'e', act, party: 'q' }));
    expect(graph.emergencyAccess('h', 'e').state).toBe(state);
    expect(nextDue(graph, 0)).toBe(at(END));
    expect(dueChanges(graph, at(END, -1))).toEqual([]);
    expect(pass(graph, at(END))).toMatchObject([{ kind: 'emergency_access_transitioned', to: 'ended', party: null }]);
    expect([dueChanges(graph, at(END)), nextDue(graph, 0)]).toEqual([[], null]);
  });
});

describe('nextDue', () => {
  it('is the end of an instrument that can still end', () => {
    const graph = aHome();
    approve(graph, null);
    expect(nextDue(graph, 0)).toBe(at(END));
    pass(graph, at(END));
    expect(nextDue(graph, 0)).toBeNull();
  });

  it('is the earliest instant still to come, and null when there is none', () => {
    const graph = aHome();
    expect(nextDue(graph, 0)).toBeNull();
    sign(graph);
    allow(graph, { ends: '2026-06-01T00:00:00.000Z' });
    expect(nextDue(graph, 0)).toBe(at(START));
    expect(nextDue(graph, at(START))).toBe(at('2026-06-01T00:00:00.000Z'));
    expect(nextDue(graph, at('2026-06-01T00:00:00.000Z'))).toBe(at(END));
    expect(nextDue(graph, at(END))).toBeNull();
  });
});

describe('endLease', () => {
  it('ends what the tenant and the household allowed and were, and keeps the owner', () => {
    const graph = aHome();
    sign(graph);
    pass(graph, at(START));
    relate(graph, 'tess', 'resident');
    relate(graph, 'kim', 'resident');
    relate(graph, 'visiting-nurses', 'bound');
    allow(graph, { id: 'by-tenant' });
    allow(graph, { id: 'about-household', givenBy: 'clinic', person: 'kim' });
    allow(graph, { id: 'by-owner', givenBy: 'oona', grantee: 'insurer' });
    const changes = endLease(graph, { home: 'h', lease: 'l1' });
    for (const change of changes) graph.apply(change);
    expect(changes).toEqual([
      { kind: 'basis_ended', home: 'h', basis: 'by-tenant', reason: 'lease_ended' },
      { kind: 'basis_ended', home: 'h', basis: 'about-household', reason: 'lease_ended' },
      { kind: 'relation_ended', subject: 'tess', relation: 'resident', object: 'h' },
      { kind: 'relation_ended', subject: 'kim', relation: 'resident', object: 'h' },
      { kind: 'lease_transitioned', home: 'h', lease: 'l1', to: 'ended' },
      { kind: 'occupancy_changed', home: 'h', occupancy: 'vacant' },
    ]);
    expect([...graph.home('h').bases.keys()]).toEqual(['by-owner']);
    expect(graph.home('h').people.get('oona')).toEqual(new Set(['owner']));
  });

  it('leaves the flatmate with a lease of her own in the home', () => {
    const graph = aHome();
    sign(graph);
    sign(graph, { id: 'l2', tenant: 'lou', ends: '2029-01-01T00:00:00.000Z' });
    pass(graph, at(START));
    relate(graph, 'tess', 'resident');
    relate(graph, 'lou', 'resident');
    for (const change of endLease(graph, { home: 'h', lease: 'l1' })) graph.apply(change);
    expect(graph.home('h').occupancy).toBe('rented');
    expect(graph.home('h').people.get('lou')).toEqual(new Set(['resident']));
    expect(graph.home('h').people.get('tess')).toEqual(new Set());
  });

  it('gives the home back to an owner who lives in it', () => {
    const graph = aHome();
    sign(graph);
    pass(graph, at(START));
    relate(graph, 'oona', 'resident');
    for (const change of endLease(graph, { home: 'h', lease: 'l1' })) graph.apply(change);
    expect(graph.home('h').occupancy).toBe('owner_occupied');
  });

  it('leaves the household alone when a lease ends that never started', () => {
    const graph = aHome('owner_occupied');
    relate(graph, 'tess', 'resident');
    sign(graph);
    expect(endLease(graph, { home: 'h', lease: 'l1' })).toEqual([
      { kind: 'lease_transitioned', home: 'h', lease: 'l1', to: 'ended' },
    ]);
  });

  it('refuses to end a lease twice', () => {
    const graph = aHome();
    sign(graph);
    pass(graph, at(END));
    expect(() => endLease(graph, { home: 'h', lease: 'l1' })).toThrow(
      expect.objectContaining({ code: 'twin:lease.move_refused' }),
    );
  });
});
