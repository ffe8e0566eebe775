import { Random } from '../../simulators/populations/Random.ts';
import {
  AGE_BANDS,
  ASSURANCES,
  type BasisType,
  CATEGORIES,
  DEVICE_TRUSTS,
  GRADES,
  PURPOSES,
  type Purpose,
  type Relation,
  type Role,
  type Tier,
} from '../../twin/words.ts';

/**
 * What the tiered sharing policy is asked: the product's input, about 1.5 KB of JSON. Where its policies go through the
 * owners of a datum, this has what all of them allow as one list: Cedar cannot say `for every record`. It has no nulls
 * either, which Cedar does not take.
 */
export type SharingRequest = ReturnType<typeof requestOf>;

type Party = {
  readonly tier: Tier;
  readonly organisation: string;
  readonly role: Role;
  readonly relations: readonly Relation[];
};

const PARTIES: readonly Party[] = [
  { tier: 'home', organisation: 'none', role: 'resident', relations: ['owner', 'resident'] },
  { tier: 'home', organisation: 'none', role: 'resident', relations: [] },
  { tier: 'property', organisation: 'property_company', role: 'property_manager', relations: ['contains', 'manages'] },
  { tier: 'community', organisation: 'community_office', role: 'community_officer', relations: ['contains'] },
  { tier: 'city', organisation: 'city_government', role: 'city_officer', relations: ['contains'] },
  { tier: 'city', organisation: 'fire_brigade', role: 'responder', relations: ['contains', 'responder'] },
  { tier: 'province', organisation: 'regulator', role: 'regulator', relations: [] },
  { tier: 'province', organisation: 'vendor', role: 'service_provider', relations: ['bound'] },
];

/** What each party mostly asks for. */
const USUAL: Readonly<Record<string, Purpose>> = {
  resident: 'own_use',
  property_manager: 'property_service',
  community_officer: 'care',
  city_officer: 'city_planning',
  responder: 'emergency',
  regulator: 'regulation',
  service_provider: 'commerce',
};

const BASES: readonly BasisType[] = ['consent', 'order', 'approval', 'agreement'];

/** Requests of eight parties for data of every label, the same for the same seed. */
export function sharingRequests(seed: number, count: number): SharingRequest[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => requestOf(random));
}

function requestOf(random: Random) {
  const { tier, organisation, role, relations } = random.pick(PARTIES);
  const owners = Array.from({ length: 1 + random.below(2) }, () => ({
    age_band: random.weighted([
      [1, AGE_BANDS[0]],
      [9, random.pick(AGE_BANDS)],
    ]),
    basis: Array.from({ length: 3 }, () => ({
      type: random.pick(BASES),
      categories: [random.pick(CATEGORIES), random.pick(CATEGORIES)],
      granularity: random.pick(['full', 'hour', 'day']),
    })),
  }));
  const basis = BASES.flatMap((type) =>
    CATEGORIES.filter(() => random.chance(0.35)).map((category) => ({ type, category })),
  );
  return {
    subject: {
      tier,
      organisation,
      roles: [role],
      assurance: random.pick(ASSURANCES),
      multi_factor: random.chance(0.7),
    },
    action: random.weighted([
      [8, 'read' as const],
      [2, 'command' as const],
    ]),
    purpose: random.chance(0.7) ? USUAL[role]! : random.pick(PURPOSES),
    relations,
    resource: {
      type: 'property',
      label: {
        subject_class: random.pick(['personal', 'organisation', 'public']),
        category: random.pick(CATEGORIES),
        grade: random.pick(GRADES),
        sharing: random.weighted([
          [8, random.pick(['unconditional', 'restricted'] as const)],
          [2, 'not_shared' as const],
        ]),
        sensitive: random.chance(0.3),
      },
      home: {
        occupancy: random.pick(['owner_occupied', 'rented', 'vacant']),
        lease: random.pick(['none', 'active', 'ended']),
        flags: ['heat_wave_district', 'pilot_community'],
      },
      device: { trust: random.pick(DEVICE_TRUSTS), state: 'online', kind: 'sensor' },
      owners,
      age_bands: owners.map(({ age_band }) => age_band),
      basis,
    },
    context: {
      time_windows: ['day', 'office_hours', 'workday'],
      emergency: random.chance(0.5),
      channel: 'api',
      residency: random.chance(0.85) ? 'domestic' : 'abroad',
    },
  };
}
