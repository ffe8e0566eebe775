import { beforeEach, describe, expect, it } from 'vitest';
import type { Act, Change, Instrument } from '../changes.ts';
import { TwinGraph } from '../graph/TwinGraph.ts';
import { moveInstrument } from './moveInstrument.ts';

const AT = '2026-05-04T05:20:00.000Z';
const ENDS = '2026-06-01T00:00:00.000Z';
const act = (move: Act['move'], by: string | null = 'ann'): Act => ({ move, by, at: AT });
const coverage = {
  area: 'lake',
  homes: null,
  purposes: ['research'],
  categories: ['environment'],
  granularity: 'hour',
  ends: null,
} as const;
const entry = (id: string, over: Partial<Extract<Instrument, { kind: 'catalogue_entry' }>> = {}): Instrument => ({
  kind: 'catalogue_entry',
  id,
  name: 'rooms',
  dataSet: 'e1',
  version: 1,
  sharing: 'unconditional',
  audience: ['research_institute', 'utility'],
  ...coverage,
  ...over,
});
const request = (id: string, over: Partial<Extract<Instrument, { kind: 'sharing_request' }>> = {}): Instrument => ({
  kind: 'sharing_request',
  id,
  dataSet: 'e1',
  grantee: 'institute',
  reason: 'a study of heat',
  ...coverage,
  ...over,
});

let graph: TwinGraph;
beforeEach(() => {
  graph = new TwinGraph();
  graph.apply({ kind: 'area_added', area: { id: 'lake', level: 'community', name: 'Lake', parent: null } });
  for (const id of ['h1', 'h2', 'h3']) {
    graph.apply({ kind: 'home_added', home: { id, area: 'lake', name: id, occupancy: 'vacant' } });
  }
});

function make(instrument: Instrument): void {
  graph.apply({ kind: 'instrument_made', instrument, act: act('request') });
}

function move(id: string, ...moves: Act['move'][]): readonly Change[] {
  const changes: Change[] = [];
  for (const each of moves) {
    const next = moveInstrument(graph, {
      instrument: id,
      act: act(each),
      givenBy: 'office',
      ...(each === 'approve' ? { ends: ENDS } : {}),
    });
    for (const change of next) graph.apply(change);
    changes.push(...next);
  }
  return changes;
}

const kinds = (changes: readonly Change[]) => changes.map(({ kind }) => kind);
const inForce = () => [...graph.areaBases.values()].flatMap((bases) => [...bases.keys()]);

describe('moveInstrument', () => {
  it('gives a basis in the same changes as the approval, and ends it in the same as the end', () => {
    make(request('r1'));
    expect(kinds(move('r1', 'review'))).toEqual(['instrument_transitioned']);
    expect(move('r1', 'approve').at(-1)).toEqual({
      kind: 'area_basis_given',
      basis: {
        id: 'r1:approval',
        type: 'approval',
        area: 'lake',
        givenBy: 'office',
        grantee: { party: 'institute' },
        purposes: ['research'],
        categories: ['environment'],
        granularity: 'hour',
        ends: ENDS,
      },
    });
    expect(move('r1', 'end')).toMatchObject([
      { kind: 'area_basis_ended', basis: 'r1:approval', reason: 'withdrawn' },
      { kind: 'instrument_transitioned', to: 'ended' },
    ]);
    expect(inForce()).toEqual([]);
  });

  it('gives a basis in each home that is named and ends those that are left', () => {
    make(request('r1', { homes: ['h1', 'h2'] }));
    move('r1', 'review', 'approve');
    expect(['h1', 'h2', 'h3'].map((home) => [...graph.home(home).bases.keys()])).toEqual([
      ['r1:approval'],
      ['r1:approval'],
      [],
    ]);
    expect(graph.home('h1').bases.get('r1:approval')).toMatchObject({ person: null, grantee: 'institute', ends: ENDS });
    graph.apply({ kind: 'basis_ended', home: 'h1', basis: 'r1:approval', reason: 'withdrawn' });
    expect(move('r1', 'expire')).toMatchObject([
      { kind: 'basis_ended', home: 'h2', basis: 'r1:approval', reason: 'expired' },
      { kind: 'instrument_transitioned', to: 'ended' },
    ]);
  });

  it('gives nothing in a home that was erased meanwhile', () => {
    make(request('r1', { homes: ['h1', 'gone'] }));
    move('r1', 'review', 'approve');
    expect([...graph.home('h1').bases.keys()]).toEqual(['r1:approval']);
    move('r1', 'end');
    expect(graph.instrument('r1').state).toBe('ended');
  });

  it('gives an order and an approval when two have approved an order, and nothing after one', () => {
    make({ kind: 'order', id: 'o1', number: '7', grantee: 'court', ...coverage, ends: ENDS });
    move('o1', 'approve');
    expect(inForce()).toEqual([]);
    move('o1', 'approve');
    expect(inForce()).toEqual(['o1:order', 'o1:approval']);
    move('o1', 'end');
    expect(inForce()).toEqual([]);
  });

  it('gives an agreement when both have signed it', () => {
    make({ kind: 'agreement', id: 'a1', title: 't', provider: 'p', grantee: 'g', ...coverage, ends: ENDS });
    move('a1', 'sign');
    expect(inForce()).toEqual([]);
    move('a1', 'sign');
    expect(inForce()).toEqual(['a1:agreement']);
  });

  it('opens an unconditional entry to the kinds of its audience, and a restricted one to nobody', () => {
    make(entry('e1'));
    make(entry('e9', { dataSet: 'e9', sharing: 'restricted' }));
    move('e1', 'publish');
    move('e9', 'publish');
    expect(inForce()).toEqual(['e1:catalogue:research_institute', 'e1:catalogue:utility']);
    expect(graph.areaBasesFor({ kind: 'utility' }, 'lake')).toHaveLength(1);
  });

  it('replaces a version by the next one without a gap, and leaves approvals of the data set alone', () => {
    make(entry('e1'));
    move('e1', 'publish');
    make(request('r1'));
    move('r1', 'review', 'approve');
    make(entry('e2', { version: 2, audience: ['utility'] }));
    expect(inForce()).toContain('e1:catalogue:research_institute');
    expect(move('e2', 'publish')).toMatchObject([
      { kind: 'area_basis_ended', basis: 'e1:catalogue:research_institute', reason: 'replaced' },
      { kind: 'area_basis_ended', basis: 'e1:catalogue:utility', reason: 'replaced' },
      { kind: 'instrument_transitioned', instrument: 'e1', to: 'replaced' },
      { kind: 'instrument_transitioned', instrument: 'e2', to: 'published' },
      { kind: 'area_basis_given', basis: { id: 'e2:catalogue:utility' } },
    ]);
    expect(graph.instrument('r1').state).toBe('approved');
  });

  it('ends with a withdrawn entry all requests of its data set, of whatever version [DH-7.4.6]', () => {
    make(entry('e1'));
    move('e1', 'publish');
    make(request('r1'));
    move('r1', 'review', 'approve');
    make(request('r2'));
    make(request('other', { dataSet: 'e9' }));
    make(entry('e2', { version: 2 }));
    move('e2', 'publish', 'withdraw');
    expect(['e1', 'e2', 'r1', 'r2', 'other'].map((id) => graph.instrument(id).state)).toEqual([
      'replaced',
      'withdrawn',
      'ended',
      'ended',
      'requested',
    ]);
    expect(inForce()).toEqual([]);
  });

  it('says what can be done instead of a move that is refused, and names an instrument that is not there', () => {
    make(request('r1'));
    expect(() => move('r1', 'approve')).toThrow(
      expect.objectContaining({
        code: 'twin:instrument.move_refused',
        message: 'cannot approve a sharing request that is requested',
        hint: 'what is requested allows: review, refuse, end',
      }),
    );
    move('r1', 'refuse');
    expect(() => move('r1', 'review')).toThrow(expect.objectContaining({ hint: 'its life is over' }));
    expect(() => move('r2', 'review')).toThrow(expect.objectContaining({ code: 'twin:instrument.not_found' }));
  });
});
