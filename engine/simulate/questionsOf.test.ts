import { describe, expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { ACTIONS, PURPOSES } from '../../twin/words.ts';
import { checkExpectations } from './checkExpectations.ts';
import type { MatrixLine } from './ImpactReport.ts';
import { questionsOf } from './questionsOf.ts';
import type { Requester, Scenario } from './Scenario.ts';

const area = (id: string, level: 'city' | 'community' | 'building', parent: string | null): Change => ({
  kind: 'area_added',
  area: { id, level, name: id, parent },
});
const office = (id: string, serves: string | null): Change => ({
  kind: 'organisation_added',
  organisation: { id, kind: 'community_office', name: id, area: serves },
});
const graph = new TwinGraph();
for (const change of [
  area('city', 'city', null),
  area('c1', 'community', 'city'),
  area('c2', 'community', 'city'),
  area('c3', 'community', 'city'),
  ...['c1', 'c2', 'c3'].map((community) => area(`${community}-b`, 'building', community)),
  office('o1', 'c1'),
  office('o2', null),
  { kind: 'relation_added', subject: 'o2', relation: 'manages', object: 'c2' },
] as Change[]) {
  graph.apply(change);
}

function ask(requesters: readonly Requester[], more: Partial<Scenario> = {}) {
  const scenario: Scenario = {
    name: 's',
    title: 't',
    question: 'q',
    at: '2027-01-01T00:00:00Z',
    population: { seed: 1, homes: 1 },
    area: 'city',
    requesters,
    actions: ['read'],
    purposes: ['care', 'research'],
    ...more,
  };
  return questionsOf(scenario, graph);
}

describe('questionsOf', () => {
  it('refuses more questions than memory holds, which few requesters can make', () => {
    const many = Array.from({ length: 500 }, (_, at): Requester => ({ id: `a${at}`, tier: 'city' }));
    expect(ask(many, { actions: ['read', 'command'] })).toHaveLength(2_000);
    expect(() => ask(many, { actions: ACTIONS, purposes: PURPOSES })).toThrow(
      expect.objectContaining({ code: 'scenario:questions.too_many', place: { path: '/requesters' } }),
    );
  });

  it('asks one question for each requester, action and purpose, those of the requester first', () => {
    const questions = ask([
      { id: 'a', tier: 'city' },
      { id: 'b', tier: 'city', actions: ['command'], purposes: ['own_use'] },
    ]);
    const told = questions.map(({ requester, action, purpose }) => `${requester} ${action} ${purpose}`);
    expect(told).toEqual(['a read care', 'a read research', 'b command own_use']);
  });

  it('finds the local organisation by its own area or by a relation to one', () => {
    const [question] = ask([
      { id: 'local', tier: 'community', organisation: { local: 'community_office' }, area: 'own' },
    ]);
    const subjectAt = (place: string) => question!.askingAt(place)?.subject;
    expect(subjectAt('c1-b')).toMatchObject({ organisation: { id: 'o1' }, area: 'c1' });
    expect(subjectAt('c2-b')).toMatchObject({ organisation: { id: 'o2' }, area: null });
    expect(question!.askingAt('c3-b')).toBeNull();
    expect(question!.askingAt('c1-b')).toBe(question!.askingAt('c1'));
  });

  it.each<[string, readonly Requester[], Partial<Scenario>]>([
    ['scenario:area.not_found', [{ id: 'a', tier: 'city' }], { area: 'nowhere' }],
    ['scenario:area.not_found', [{ id: 'a', tier: 'city', area: 'nowhere' }], {}],
    ['scenario:organisation.not_found', [{ id: 'a', tier: 'city', organisation: 'nobody' }], {}],
  ])('throws %s for what the population does not have', (code, requesters, more) => {
    expect(() => ask(requesters, more)).toThrow(expect.objectContaining({ code }));
  });
});

describe('checkExpectations', () => {
  const line = (from: MatrixLine['from'], to: MatrixLine['to'], cells: number, changed = from !== to) => ({
    from,
    to,
    obligations: { kind: changed ? ('changed' as const) : ('unchanged' as const), before: [], after: [] },
    cells,
  });
  const matrix = [
    line('denied', 'denied', 100),
    line('denied', 'aggregate', 1),
    line('withheld', 'aggregate', 2),
    line('reduced', 'raw', 4),
    line('raw', 'raw', 8, true),
    line('raw', 'denied', 16),
    line('aggregate', 'withheld', 32),
  ];

  it('counts the cells of each measure', () => {
    const any = { at_least: 0 };
    const expected = {
      changed: any,
      newly_allowed: any,
      newly_denied: any,
      newly_raw: any,
      widened: any,
      narrowed: any,
    };
    const counts = checkExpectations(expected, matrix).map(({ measure, cells }) => [measure, cells]);
    expect(Object.fromEntries(counts)).toEqual({
      changed: 63,
      newly_allowed: 1,
      newly_denied: 16,
      newly_raw: 4,
      widened: 7,
      narrowed: 48,
    });
  });

  it.each([
    [4, true],
    [3, false],
    [{ at_least: 4 }, true],
    [{ at_least: 5 }, false],
    [{ at_most: 3 }, false],
    [{ at_least: 1, at_most: 4 }, true],
  ])('holds %j against 4 cells', (bound, met) => {
    expect(checkExpectations({ newly_raw: bound }, matrix)[0]).toMatchObject({ cells: 4, met });
  });
});
