import { Bits } from './Bits.ts';
import type { Columns } from './Columns.ts';
import type { DecidedCensus } from './decideCensus.ts';
import { PairNumbers } from './PairNumbers.ts';
import { NONE } from './takeCensus.ts';

/** Homes of one group that have cells of the same behaviours: each of them is in the same lines. */
type Profile = {
  readonly group: number;
  /** The number of the first of them. */
  readonly first: number;
  homes: number;
  /** How many of them have each tuple of people. */
  readonly people: Map<number, number>;
};

export type HomeProfiles = {
  readonly all: readonly Profile[];
  /** The behaviours of each profile. */
  readonly behaviours: Bits;
};

/** Sorts the counted homes into profiles in one pass: there are few, whatever the mix of devices. */
export function homeProfiles({ people }: Columns, { groupOf, homeBits, behaviours }: DecidedCensus): HomeProfiles {
  const { words, block } = homeBits;
  const chain = Array.from({ length: words }, () => new PairNumbers());
  const withPeople = new PairNumbers();
  const tuples = people.tupleOf.view();
  const profiles: Profile[] = [];
  const counts: { readonly profile: Profile; readonly tuple: number; homes: number }[] = [];
  for (let home = 0; home < groupOf.length; home++) {
    const group = groupOf[home]!;
    if (group === NONE) continue;
    let number = group;
    for (let word = 0; word < words; word++) number = chain[word]!.number(number, block[home * words + word]!);
    if (number === profiles.length) profiles.push({ group, first: home, homes: 0, people: new Map() });
    const tuple = tuples[home]!;
    const at = withPeople.number(number, tuple);
    if (at === counts.length) counts.push({ profile: profiles[number]!, tuple, homes: 0 });
    counts[at]!.homes += 1;
  }
  for (const { profile, tuple, homes } of counts) {
    profile.homes += homes;
    profile.people.set(tuple, homes);
  }
  const bits = new Bits(profiles.length, behaviours.all.length);
  for (const [number, { first }] of profiles.entries()) bits.addAll(number, homeBits, first);
  return { all: profiles, behaviours: bits };
}
