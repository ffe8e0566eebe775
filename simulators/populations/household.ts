import type { AgeBand, HomeFlag, Occupancy } from '../../twin/words.ts';
import type { Random } from './Random.ts';

/** Who lives in a home and who owns it. */
export type Household = {
  readonly occupancy: Occupancy;
  /** Age bands of those who live there, the first of whom owns or rents it. Empty when it stands vacant. */
  readonly residents: readonly AgeBand[];
  /** Age bands of owners who live elsewhere. */
  readonly absentOwners: readonly AgeBand[];
  readonly flags: readonly HomeFlag[];
};

const HOUSEHOLDS: readonly (readonly [weight: number, residents: readonly AgeBand[]])[] = [
  [22, ['adult']],
  [24, ['adult', 'adult']],
  [14, ['adult', 'adult', 'child_14_and_under']],
  [5, ['adult', 'adult', 'child_14_and_under', 'child_14_and_under']],
  [4, ['adult', 'child_14_and_under']],
  [6, ['adult', 'adult', 'minor_15_to_17']],
  [3, ['adult', 'adult', 'minor_15_to_17', 'child_14_and_under']],
  [9, ['elder']],
  [9, ['elder', 'elder']],
  [4, ['adult', 'adult', 'child_14_and_under', 'elder']],
];

export function drawHousehold(random: Random): Household {
  const occupancy = random.weighted<Occupancy>([
    [62, 'owner_occupied'],
    [28, 'rented'],
    [10, 'vacant'],
  ]);
  const residents = occupancy === 'vacant' ? [] : random.weighted(HOUSEHOLDS);
  const absentOwners: readonly AgeBand[] =
    occupancy === 'owner_occupied'
      ? []
      : random.chance(0.3)
        ? ['adult', 'adult']
        : [random.chance(0.2) ? 'elder' : 'adult'];
  return { occupancy, residents, absentOwners, flags: drawFlags(random, occupancy, residents) };
}

function drawFlags(random: Random, occupancy: Occupancy, residents: readonly AgeBand[]): HomeFlag[] {
  const flags: HomeFlag[] = [];
  const elders = residents.filter((band) => band === 'elder').length;
  if (elders === 1 && residents.length === 1) flags.push('elder_alone');
  if (residents.length > 0 && random.chance(elders > 0 ? 0.18 : 0.02)) flags.push('medical_care');
  if (occupancy === 'rented' && random.chance(0.15)) flags.push('public_rental');
  if (random.chance(occupancy === 'vacant' ? 0.1 : 0.005)) flags.push('under_repair');
  return flags;
}
