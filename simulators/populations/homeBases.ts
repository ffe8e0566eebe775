import type { Basis, Change } from '../../twin/changes.ts';
import { type BasisType, CATEGORIES, type Category, type Granularity, type Purpose } from '../../twin/words.ts';
import { communityOfficeId, nearestOrganisation, propertyCompanyId } from './cityAreas.ts';
import type { Random } from './Random.ts';

/** A kind of permission that homes of the city give, and how often those that give any do. */
type Permission = {
  readonly weight: number;
  readonly type: BasisType;
  readonly grantee: (community: number) => string;
  readonly purposes: readonly Purpose[];
  readonly categories: readonly Category[];
  readonly granularities: readonly Granularity[];
};

const FULL: readonly Granularity[] = ['full'];
const ANY_GRANULARITY: readonly Granularity[] = ['full', 'full', 'hour', 'day'];

const PERMISSIONS: readonly Permission[] = [
  consent(20, 'vendor', ['commerce'], ['device', 'environment'], ANY_GRANULARITY),
  consent(6, 'vendor', ['commerce', 'research'], ['device', 'behaviour', 'scene'], ANY_GRANULARITY),
  consent(4, 'research_institute', ['research'], ['environment', 'behaviour'], ANY_GRANULARITY),
  consent(2, 'utility', ['commerce'], ['device'], FULL),
  {
    weight: 22,
    type: 'agreement',
    grantee: propertyCompanyId,
    purposes: ['property_service'],
    categories: ['device', 'environment'],
    granularities: FULL,
  },
  {
    weight: 16,
    type: 'consent',
    grantee: communityOfficeId,
    purposes: ['community_service', 'care'],
    categories: ['environment', 'family_basic'],
    granularities: ANY_GRANULARITY,
  },
  {
    weight: 5,
    type: 'approval',
    grantee: () => 'city-government',
    purposes: ['city_planning'],
    categories: ['environment'],
    granularities: ['hour', 'day'],
  },
  {
    weight: 3,
    type: 'catalogue',
    grantee: () => 'city-government',
    purposes: ['city_planning', 'regulation'],
    categories: ['device', 'environment'],
    granularities: FULL,
  },
  {
    weight: 2,
    type: 'authorisation',
    grantee: () => 'regulator',
    purposes: ['regulation'],
    categories: CATEGORIES,
    granularities: FULL,
  },
  {
    weight: 1,
    type: 'order',
    grantee: () => 'regulator',
    purposes: ['regulation'],
    categories: CATEGORIES,
    granularities: FULL,
  },
];

/** What homes with an elder or somebody in medical care give before all else. */
const CARE_PERMISSIONS: readonly Permission[] = [
  consent(5, 'hospital', ['care'], ['behaviour', 'personal_basic', 'environment'], FULL),
  consent(5, 'care_provider', ['care'], ['behaviour', 'environment'], ANY_GRANULARITY),
  consent(1, 'care_provider', ['care', 'emergency'], CATEGORIES, FULL),
];

/** What parents give for a child. */
const GUARDIAN_PERMISSIONS: readonly Permission[] = [
  { ...consent(3, 'hospital', ['care'], ['behaviour', 'personal_basic'], FULL), type: 'guardian_consent' },
  { ...consent(1, 'school_district', ['research'], ['environment'], ANY_GRANULARITY), type: 'guardian_consent' },
];

type Giver = {
  readonly home: string;
  readonly community: number;
  /** Who may give: the owner or tenant. */
  readonly person: string;
  readonly child: string | null;
  readonly needsCare: boolean;
};

/** The permissions of one home: three homes in ten give any, those in care twice as often. */
export function drawBases(random: Random, giver: Giver): Change[] {
  if (!random.chance(giver.needsCare ? 0.55 : 0.27)) return [];
  const events: Change[] = [];
  for (
    let number = 1,
      count = random.weighted([
        [6, 1],
        [3, 2],
        [1, 3],
      ]);
    number <= count;
    number++
  ) {
    const basis = drawBasis(random, giver, number);
    events.push({ kind: 'basis_given', basis });
    if (random.chance(0.08)) {
      const reason = random.chance(0.7) ? 'withdrawn' : 'expired';
      events.push({ kind: 'basis_ended', home: giver.home, basis: basis.id, reason });
    }
  }
  return events;
}

function drawBasis(random: Random, { home, community, person, child, needsCare }: Giver, number: number): Basis {
  const forChild = child !== null && random.chance(0.3);
  const permissions = forChild
    ? GUARDIAN_PERMISSIONS
    : needsCare && random.chance(0.7)
      ? CARE_PERMISSIONS
      : PERMISSIONS;
  const chosen = random.weighted(permissions.map((permission) => [permission.weight, permission] as const));
  return {
    id: `${home}-basis-${number}`,
    type: chosen.type,
    home,
    person: forChild ? child : random.chance(0.5) ? person : null,
    givenBy: person,
    grantee: chosen.grantee(community),
    purposes: chosen.purposes,
    categories: chosen.categories,
    granularity: random.pick(chosen.granularities),
    ends: random.chance(0.6) ? '2027-12-31T16:00:00.000Z' : null,
  };
}

function consent(
  weight: number,
  kind: Parameters<typeof nearestOrganisation>[0],
  purposes: readonly Purpose[],
  categories: readonly Category[],
  granularities: readonly Granularity[],
): Permission {
  const grantee = (community: number): string => nearestOrganisation(kind, community);
  return { weight, type: 'consent', grantee, purposes, categories, granularities };
}
