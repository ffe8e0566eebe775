import type { Population } from '../../engine/census/Population.ts';
import type { AreaBasis, Change, Waiver } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { GENERATED_RULES } from './randomPolicies.ts';

/** All homes of a population in one graph, as the events tell them. */
export function foldWhole(population: Population): TwinGraph {
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  for (let index = 0; index < population.size; index++)
    for (const change of population.home(index)) graph.apply(change);
  return graph;
}

/** A population some of whose areas have bases that cover all their homes. */
export function withAreaBases(population: Population): Population {
  return { ...population, id: `${population.id}, with bases of areas`, areas: [...population.areas, ...AREA_BASES] };
}

function areaBasis(id: string, area: string, grantee: AreaBasis['grantee'], type: AreaBasis['type']): Change {
  const scope = { purposes: ['care', 'community_service'], categories: ['environment', 'behaviour'] } as const;
  return {
    kind: 'area_basis_given',
    basis: { id, type, area, givenBy: 'city-government', grantee, ...scope, granularity: 'full', ends: null },
  };
}

/** Nested areas, two of one grantee, a kind of organisation, a person, and one that has ended. */
const AREA_BASES: readonly Change[] = [
  areaBasis('a', 'district-1', { party: 'hospital-1' }, 'approval'),
  areaBasis('b', 'city', { party: 'hospital-1' }, 'order'),
  areaBasis('c', 'community-2', { kind: 'community_office' }, 'catalogue'),
  areaBasis('d', 'district-2', { party: 'property-company-1' }, 'agreement'),
  areaBasis('e', 'building-3', { party: 'home-9-person-1' }, 'agreement'),
  areaBasis('f', 'city', { kind: 'fire_brigade' }, 'order'),
  { kind: 'area_basis_ended', basis: 'f', reason: 'withdrawn' },
];

/** Homes of which some have a waiver of their own, and all in two areas one of the area; each has begun. */
export function withWaivers({ id, size, areas, home }: Population): Population {
  const tops = areas.flatMap((change) =>
    change.kind === 'area_added' && change.area.level === 'community' ? [change.area] : [],
  );
  const ofAreas = tops.slice(0, 2).flatMap((area, number) =>
    waiver({
      id: area.id,
      home: null,
      area: area.id,
      rules: [GENERATED_RULES[number]!],
    }),
  );
  return {
    id: `${id}, with waivers`,
    size,
    areas: [...areas, ...ofAreas],
    home: (index) => {
      const changes = home(index);
      const [first] = changes;
      if (index % 3 > 0 || first?.kind !== 'home_added') return changes;
      const rules = index % 2 === 0 ? GENERATED_RULES.slice(0, 1) : GENERATED_RULES.slice(1, 3);
      const own = waiver({ id: `${first.home.id}-waiver`, home: first.home.id, area: null, rules });
      return [...changes, ...(index % 9 === 0 ? own.slice(0, 1) : own)];
    },
  };
}

function waiver(of: Pick<Waiver, 'id' | 'home' | 'area' | 'rules'>): [Change, Change] {
  const [starts, ends] = ['2027-07-01T00:00:00.000Z', '2027-08-01T00:00:00.000Z'];
  const given: Waiver = { ...of, owner: 'office', reason: 'a test', givenBy: 'office', starts, ends };
  const { id, home, area } = of;
  return [
    { kind: 'waiver_given', waiver: given },
    { kind: 'waiver_transitioned', home, area, waiver: id, to: 'in_force', at: starts },
  ];
}
