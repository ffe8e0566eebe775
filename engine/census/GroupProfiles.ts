import { NONE } from './askedPlaces.ts';
import { Bits } from './Bits.ts';
import type { DecidedCensus } from './DecidedCensus.ts';
import { PairNumbers } from './PairNumbers.ts';
import { AGES } from './PeopleColumn.ts';

/** The profiles of decided groups, those of one group with the same behaviours as one, group after group. */
export class GroupProfiles {
  /** By group, where its profiles start. */
  readonly start: Int32Array;
  readonly homes: Int32Array;
  readonly first: Int32Array;
  /** Side by side for the ages. */
  readonly people: Int32Array;
  readonly behaviours: Bits;
  /** Cells of one question by group and behaviour. */
  readonly cells: Float64Array;

  constructor({ groups, groupOfPart, profiles, behaviours }: DecidedCensus) {
    const { numberOf, groupOf, example } = merge(groupOfPart, profiles);
    this.start = new Int32Array(groups.length + 1);
    for (const group of groupOf) this.start[group + 1]! += 1;
    for (let group = 0; group < groups.length; group++) this.start[group + 1]! += this.start[group]!;
    const next = this.start.slice();
    const placeOf = Int32Array.from(groupOf, (group) => next[group]!++);

    const size = groupOf.length;
    this.homes = new Int32Array(size);
    this.first = new Int32Array(size).fill(NONE);
    this.people = new Int32Array(size * AGES.length);
    this.behaviours = new Bits(size, behaviours.all.length);
    for (let number = 0; number < size; number++) {
      this.behaviours.addAll(placeOf[number]!, profiles.behaviours, example[number]!);
    }
    for (let profile = 0; profile < numberOf.length; profile++) {
      if (numberOf[profile] === NONE) continue;
      const place = placeOf[numberOf[profile]!]!;
      const first = profiles.first[profile]!;
      this.homes[place]! += profiles.homes[profile]!;
      if (this.first[place] === NONE || first < this.first[place]!) this.first[place] = first;
      for (let age = 0; age < AGES.length; age++) {
        this.people[place * AGES.length + age]! += profiles.people[profile * AGES.length + age]!;
      }
    }

    const width = behaviours.all.length;
    this.cells = new Float64Array(groups.length * width);
    for (let part = 0; part < groupOfPart.length; part++) {
      const group = groupOfPart[part]!;
      if (group === NONE) continue;
      for (let behaviour = 0; behaviour < width; behaviour++) {
        this.cells[group * width + behaviour]! += profiles.cells[part * width + behaviour]!;
      }
    }
  }
}

/** Numbers pairs of group and behaviours as profiles with homes meet them. */
function merge(groupOfPart: Int32Array, { homes, partOf, behaviours: { words, block } }: DecidedCensus['profiles']) {
  const chain = Array.from({ length: words }, () => new PairNumbers());
  const numberOf = new Int32Array(homes.length).fill(NONE);
  const [groupOf, example]: [number[], number[]] = [[], []];
  for (let profile = 0; profile < homes.length; profile++) {
    if (homes[profile] === 0) continue;
    const group = groupOfPart[partOf[profile]!]!;
    let number = group;
    for (let word = 0; word < words; word++) number = chain[word]!.number(number, block[profile * words + word]!);
    if (number === groupOf.length) {
      groupOf.push(group);
      example.push(profile);
    }
    numberOf[profile] = number;
  }
  return { numberOf, groupOf, example };
}
