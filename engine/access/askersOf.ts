import type { Account, Area, Organisation } from '../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { type OrganisationKind, type Role, TIERS, type Tier } from '../../twin/words.ts';
import { NOBODY, type Subject } from '../AccessRequest.ts';
import { subjectOf } from '../subjectOf.ts';
import type { Asker } from './Asker.ts';

/** Where an organisation of a kind has its platform, and as what its people ask: how an account of it would be. */
const SEATS: Readonly<Record<OrganisationKind, readonly [Tier, Role]>> = {
  property_company: ['property', 'property_manager'],
  community_office: ['community', 'community_officer'],
  city_government: ['city', 'city_officer'],
  regulator: ['province', 'regulator'],
  hospital: ['city', 'clinician'],
  care_provider: ['city', 'service_provider'],
  vendor: ['city', 'service_provider'],
  utility: ['city', 'service_provider'],
  fire_brigade: ['city', 'responder'],
  research_institute: ['city', 'service_provider'],
  school_district: ['district', 'service_provider'],
  credit_agency: ['city', 'service_provider'],
};

/** Who has no account asks as surely known as anybody can be: no answer rests on how somebody signs in. */
const WELL_KNOWN = { ...NOBODY, assurance: 'high', multiFactor: true } as const;

/** Everybody who a graph knows and who might ask about one of its homes, by kind and id. */
export function askersOf(graph: TwinGraph, home: HomeNode): readonly Asker[] {
  const accounts = [...graph.accounts.values()];
  return [
    ...accounts.map((account): Asker => ({ kind: 'account', id: account.id, subject: subjectOf(graph, account) })),
    ...peopleWithout(accounts, graph, home),
    ...organisationsWithout(accounts, graph),
    ...platformsOver(graph, home),
  ].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** People who have something to do with the home and no account. */
function* peopleWithout(accounts: readonly Account[], graph: TwinGraph, home: HomeNode): Generator<Asker> {
  const known = new Set(accounts.map(({ person }) => person));
  for (const [id, homes] of graph.homesOfSubject) {
    if (!homes.has(home.home.id) || !graph.people.has(id) || known.has(id)) continue;
    yield { kind: 'person', id, subject: { ...WELL_KNOWN, tier: 'home', person: id, roles: ['resident'] } };
  }
}

function* organisationsWithout(accounts: readonly Account[], graph: TwinGraph): Generator<Asker> {
  const known = new Set(accounts.map(({ organisation }) => organisation));
  for (const organisation of graph.organisations.values()) {
    if (!known.has(organisation.id)) {
      yield { kind: 'organisation', id: organisation.id, subject: seatOf(organisation) };
    }
  }
}

function seatOf({ id, kind, area }: Organisation): Subject {
  const [tier, role] = SEATS[kind];
  return { ...WELL_KNOWN, tier, roles: [role], organisation: { id, kind }, area };
}

/** The platforms of the areas in which the home stands, each at the tier of its level. */
function platformsOver(graph: TwinGraph, { home }: HomeNode): Asker[] {
  return graph.areaPath(home.area).flatMap(({ id, level }: Area): Asker[] => {
    const tier = TIERS.find((each) => each === level);
    return tier === undefined ? [] : [{ kind: 'platform', id, subject: { ...WELL_KNOWN, tier, area: id } }];
  });
}

function keyOf({ kind, id }: Asker): string {
  return `${kind} ${id}`;
}
