import type { AreaBasis, Basis } from '../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Category, Relation } from '../../twin/words.ts';
import type { Asking, Subject } from '../AccessRequest.ts';
import type { PairFact } from './Fact.ts';
import type { BasisFact, OwnerFact } from './PolicyInput.ts';

const relations: PairFact = {
  scope: 'pair',
  ofStranger: 'area',
  path: ['relations'],
  origin: 'relations of the subject, its organisation and the area of its platform to the home',
  read: (graph, home, { subject }) => relationsOf(graph, home, subject),
};

const owners: PairFact = {
  scope: 'pair',
  ofStranger: 'home',
  path: ['resource', 'owners'],
  origin: 'the people whose life the home shows, and what they and others allowed this subject for this purpose',
  fromArea: {
    read(graph, area, asking) {
      const bases = areaBasesFor(graph, area, asking);
      return bases.length === 0 ? null : distinctSorted(bases.map(toFact));
    },
    // A stranger has nothing from the home itself, so that owners who were distinct stay so.
    join: (owners, bases) =>
      (owners as readonly OwnerFact[]).map((owner) => ({ ...owner, basis: bases as readonly BasisFact[] })),
  },
  read: (graph, home, asking) => ownersOf(graph, home, asking),
};

const breakGlass: PairFact = {
  scope: 'pair',
  ofStranger: 'home',
  path: ['context', 'break_glass'],
  origin: 'what two people have opened in this home for those whom they act for, and is not over',
  read: (_graph, home, { subject }) => openedFor(home, subject),
};

/** The categories that a confirmed emergency access opens for a subject, sorted. */
function openedFor({ emergencyAccesses }: HomeNode, { person, organisation }: Subject): Category[] {
  const opened = new Set<Category>();
  for (const { access, state, parties } of emergencyAccesses.values()) {
    if (state !== 'confirmed' || ![person, organisation?.id].some((id) => id != null && parties.has(id))) continue;
    for (const category of access.categories) opened.add(category);
  }
  return [...opened].sort();
}

/** What the graph knows between a subject and a home, sorted. */
export function relationsOf(graph: TwinGraph, home: HomeNode, subject: Subject): Relation[] {
  const known = new Set<Relation>();
  for (const id of [subject.person, subject.organisation?.id]) {
    if (!id) continue;
    for (const relation of home.people.get(id) ?? []) known.add(relation);
    for (const relation of areaRelationsOf(graph, home.home.area, id)) known.add(relation);
  }
  if (subject.person && isTenant(home, subject.person)) known.add('tenant');
  if (subject.home === home.home.id) known.add('bound');
  if (subject.area && graph.liesWithin(home.home.area, subject.area)) known.add('contains');
  return [...known].sort();
}

/** The relations of a person or organisation to the areas around a home. */
function areaRelationsOf(graph: TwinGraph, area: string, id: string): Relation[] {
  const byArea = graph.areaRelations.get(id);
  if (!byArea) return [];
  return graph.areaPath(area).flatMap((outer) => [...(byArea.get(outer.id) ?? [])]);
}

function isTenant(home: HomeNode, person: string): boolean {
  for (const { lease, state } of home.leases.values()) if (state === 'active' && lease.tenant === person) return true;
  return false;
}

/**
 * Whose life the home shows: the tenants of an active lease, else who resides there, else its owners; with the bases
 * in force for this asking. People whom no policy can tell apart stand once.
 */
function ownersOf(graph: TwinGraph, home: HomeNode, asking: Asking): OwnerFact[] {
  const ofArea = areaBasesFor(graph, home.home.area, asking);
  const bases = basesFor(home, asking);
  const distinct = new Map<string, OwnerFact>();
  for (const person of peopleOf(home)) {
    const given = bases.filter((basis) => basis.person === null || basis.person === person);
    const forPurpose = given.filter(({ purposes }) => purposes.includes(asking.purpose));
    const owner: OwnerFact = {
      age_band: graph.people.get(person)?.ageBand ?? 'adult',
      basis: distinctSorted([...ofArea, ...forPurpose].map(toFact)),
      ...(given.length > 0 && forPurpose.length === 0 && { other_purpose: true }),
    };
    distinct.set(JSON.stringify(owner), owner);
  }
  return sortedByKey(distinct);
}

/** The people whose life the home shows. */
export function peopleOf(home: HomeNode): Set<string> {
  const tenants = new Set<string>();
  for (const { lease, state } of home.leases.values()) if (state === 'active') tenants.add(lease.tenant);
  const residents = new Set<string>();
  const owners = new Set<string>();
  for (const [person, known] of home.people) {
    if (known.has('resident')) residents.add(person);
    if (known.has('owner')) owners.add(person);
  }
  if (tenants.size > 0) return new Set([...tenants, ...residents]);
  return residents.size > 0 ? residents : owners;
}

/** What was given to the subject in a home and is in force, for whichever purpose. */
export function basesFor(home: HomeNode, { subject }: Pick<Asking, 'subject'>): Basis[] {
  const grantees = [subject.person, subject.organisation?.id].filter((id) => id != null);
  if (grantees.length === 0 || home.bases.size === 0) return [];
  return [...home.bases.values()].filter(({ grantee }) => grantees.includes(grantee));
}

/** The bases in force for all homes of an area, towards the subject, its organisation or organisations of that kind. */
export function areaBasesFor(
  graph: TwinGraph,
  area: string,
  { subject, purpose }: Pick<Asking, 'subject' | 'purpose'>,
): AreaBasis[] {
  if (graph.areaBases.size === 0) return [];
  return granteesOf(subject)
    .flatMap((grantee) => graph.areaBasesFor(grantee, area))
    .filter((basis) => basis.purposes.includes(purpose));
}

/** As whom a subject may rest on a basis that covers an area. */
export function granteesOf({ person, organisation }: Subject): AreaBasis['grantee'][] {
  const ofPerson = person === null ? [] : [{ party: person }];
  return organisation === null ? ofPerson : [...ofPerson, { party: organisation.id }, { kind: organisation.kind }];
}

function toFact(basis: Basis | AreaBasis): BasisFact {
  return { type: basis.type, categories: [...new Set(basis.categories)].sort(), granularity: basis.granularity };
}

function distinctSorted(facts: readonly BasisFact[]): BasisFact[] {
  return sortedByKey(new Map(facts.map((fact) => [JSON.stringify(fact), fact])));
}

function sortedByKey<Value>(map: ReadonlyMap<string, Value>): Value[] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

export const pairFacts: readonly PairFact[] = [relations, owners, breakGlass];
