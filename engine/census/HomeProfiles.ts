import { NONE } from './askedPlaces.ts';
import type { Behaviours } from './Behaviours.ts';
import { Bits } from './Bits.ts';
import type { Columns } from './Columns.ts';
import { PairNumbers } from './PairNumbers.ts';
import { AGES } from './PeopleColumn.ts';
import type { Census } from './takeCensus.ts';

/**
 * Homes of one part of a group that have cells of the same behaviours are one profile: each of them is in the same lines,
 * and there are few, whatever the mix of devices.
 */
export type HomeProfiles = {
  /** The profile of each home, by their numbers; −1 for homes that are not counted. */
  readonly of: Int32Array;
  /** By profile: its part, the first of its homes, how many they are, and their people of each age side by side. */
  readonly partOf: Int32Array;
  readonly first: Int32Array;
  readonly homes: Int32Array;
  readonly people: Int32Array;
  /** The behaviours of each profile. */
  readonly behaviours: Bits;
  readonly parts: Parts;
  /** Cells of one question, by part and behaviour. */
  readonly cells: Float64Array;
};

/** Groups of the census, as a whole or by the areas in which figures are withheld. */
type Parts = {
  /** By part: its group, and the key of its areas. */
  readonly groupOf: Int32Array;
  readonly keyOf: Int32Array;
};

/** Sorts the counted homes into profiles, with each group in one part. */
export function homeProfiles(columns: Columns, census: Census, behaviours: Behaviours): HomeProfiles {
  const { groups, groupOf } = census;
  const bits = bitsOfHomes(columns, behaviours);
  const chain = Array.from({ length: bits.words }, () => new PairNumbers());
  const { words, block } = bits;
  const of = new Int32Array(columns.size).fill(NONE);
  const [partOf, first]: [number[], number[]] = [[], []];
  for (let home = 0; home < of.length; home++) {
    const group = groupOf[home]!;
    if (group === NONE) continue;
    let number = group;
    for (let word = 0; word < words; word++) number = chain[word]!.number(number, block[home * words + word]!);
    if (number === partOf.length) {
      partOf.push(group);
      first.push(home);
    }
    of[home] = number;
  }
  const sets = new Bits(partOf.length, behaviours.all.length);
  for (const [number, home] of first.entries()) sets.addAll(number, bits, home);
  const parts: Parts = {
    groupOf: Int32Array.from({ length: groups.size }, (_, group) => group),
    keyOf: new Int32Array(groups.size),
  };
  const counter = new CellCounter(columns, behaviours);
  const cells = new Float64Array(groups.size * behaviours.all.length);
  for (let home = 0; home < of.length; home++) if (of[home] !== NONE) counter.add(cells, groupOf[home]!, home, 1);
  return {
    of,
    partOf: Int32Array.from(partOf),
    ...headcount(columns, of, partOf.length),
    behaviours: sets,
    parts,
    cells,
  };
}

/**
 * The same profiles with the homes of some areas in parts of their own.
 *
 * @param keyOf for each area in which homes stand a key: areas with equal keys are in one part of a group; 0 is that of the
 * group as it was
 */
export function partedProfiles(
  columns: Columns,
  behaviours: Behaviours,
  whole: HomeProfiles,
  keyOf: Int32Array,
): HomeProfiles {
  const areaOf = columns.areaOf.view();
  const [parts, profiles] = [new PairNumbers(), new PairNumbers()];
  const [groupOfPart, keyOfPart] = [[...whole.parts.groupOf], [...whole.parts.keyOf]];
  const [partOf, origin] = [[...whole.partOf], [...whole.partOf.keys()]];
  const of = whole.of.slice();
  const moved: number[] = [];
  for (let home = 0; home < of.length; home++) {
    const key = keyOf[areaOf[home]!]!;
    const profile = of[home]!;
    if (key === 0 || profile === NONE) continue;
    const group = whole.partOf[profile]!;
    const part = whole.parts.groupOf.length + parts.number(group, key);
    if (part === groupOfPart.length) {
      groupOfPart.push(group);
      keyOfPart.push(key);
    }
    const number = whole.partOf.length + profiles.number(profile, key);
    if (number === partOf.length) {
      partOf.push(part);
      origin.push(profile);
    }
    of[home] = number;
    moved.push(home);
  }
  const sets = new Bits(partOf.length, behaviours.all.length);
  for (const [number, profile] of origin.entries()) sets.addAll(number, whole.behaviours, profile);
  // Few homes move, so that only their cells are counted again.
  const counter = new CellCounter(columns, behaviours);
  const cells = new Float64Array(groupOfPart.length * behaviours.all.length);
  cells.set(whole.cells);
  for (const home of moved) {
    counter.add(cells, whole.partOf[whole.of[home]!]!, home, -1);
    counter.add(cells, partOf[of[home]!]!, home, 1);
  }
  return {
    of,
    partOf: Int32Array.from(partOf),
    ...headcount(columns, of, partOf.length),
    behaviours: sets,
    parts: { groupOf: Int32Array.from(groupOfPart), keyOf: Int32Array.from(keyOfPart) },
    cells,
  };
}

/** The homes and people of each profile. */
function headcount({ people }: Columns, of: Int32Array, size: number) {
  const [homes, counts] = [new Int32Array(size), new Int32Array(size * AGES.length)];
  const first = new Int32Array(size).fill(NONE);
  const tuples = people.tuples.all().flat();
  const tupleOf = people.tupleOf.view();
  for (let home = 0; home < of.length; home++) {
    const profile = of[home]!;
    if (profile === NONE) continue;
    if (homes[profile] === 0) first[profile] = home;
    homes[profile]! += 1;
    const tuple = tupleOf[home]! * AGES.length;
    for (let age = 0; age < AGES.length; age++) counts[profile * AGES.length + age]! += tuples[tuple + age]!;
  }
  return { homes, people: counts, first };
}

/** The behaviours that each home has cells of. */
function bitsOfHomes(
  { devices, deviceStart, deviceCount, size }: Columns,
  { all, cellsOfKind, kindOf }: Behaviours,
): Bits {
  const ofClass = new Bits(kindOf.length, all.length);
  for (const [number, kind] of kindOf.entries()) {
    for (const [behaviour] of cellsOfKind[kind]!) ofClass.add(number, behaviour);
  }
  const bits = new Bits(size, all.length);
  const [classes, starts, counts] = [devices.view(), deviceStart.view(), deviceCount.view()];
  const { words, block } = bits;
  for (let home = 0; home < size; home++) {
    const [start, end] = [starts[home]!, starts[home]! + counts[home]!];
    for (let word = 0; word < words; word++) {
      let set = 0;
      for (let at = start; at < end; at++) set |= ofClass.block[classes[at]! * words + word]!;
      block[home * words + word] = set;
    }
  }
  return bits;
}

/** Counts the cells of homes by behaviour. */
class CellCounter {
  readonly #width: number;
  readonly #kindOf: Uint32Array;
  // The cells of a kind lie one after the other: its behaviours, and how many of each.
  readonly #start: Int32Array;
  readonly #behaviour: Int32Array;
  readonly #times: Int32Array;
  readonly #devices: ArrayLike<number>;
  readonly #starts: ArrayLike<number>;
  readonly #lengths: ArrayLike<number>;

  constructor({ devices, deviceStart, deviceCount }: Columns, { all, cellsOfKind, kindOf }: Behaviours) {
    this.#width = all.length;
    this.#kindOf = kindOf;
    const cells = cellsOfKind.flat();
    this.#behaviour = Int32Array.from(cells, ([behaviour]) => behaviour);
    this.#times = Int32Array.from(cells, ([, times]) => times);
    this.#start = new Int32Array(cellsOfKind.length + 1);
    for (const [kind, { length }] of cellsOfKind.entries()) this.#start[kind + 1] = this.#start[kind]! + length;
    [this.#devices, this.#starts, this.#lengths] = [devices.view(), deviceStart.view(), deviceCount.view()];
  }

  /** Adds the cells of a home to those of a part, `times` over. */
  add(counts: Float64Array, part: number, home: number, times: number): void {
    // Read once: it is the innermost of all loops.
    const [devices, kindOf, start] = [this.#devices, this.#kindOf, this.#start];
    const [behaviours, timesAt] = [this.#behaviour, this.#times];
    const row = part * this.#width;
    const from = this.#starts[home]!;
    const to = from + this.#lengths[home]!;
    for (let device = from; device < to; device++) {
      const kind = kindOf[devices[device]!]!;
      const end = start[kind + 1]!;
      for (let at = start[kind]!; at < end; at++) counts[row + behaviours[at]!]! += times * timesAt[at]!;
    }
  }
}
