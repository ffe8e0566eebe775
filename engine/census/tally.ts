import { Bits } from './Bits.ts';
import type { Columns } from './Columns.ts';
import type { DecidedCensus } from './decideCensus.ts';
import { LineNumbers } from './LineNumbers.ts';
import { NONE } from './takeCensus.ts';

/** What counts are kept by: cells with one transition, in one area of the report, of one category. */
export type LineKey = (cell: {
  readonly transition: number;
  readonly area: number;
  readonly behaviour: number;
}) => string | null;

export type Line = {
  cells: number;
  /** Different homes that have one of the cells, and the number of the first of them. */
  homes: number;
  first: number;
  /** Cells by question. */
  readonly byQuestion: number[];
};

export type Tally = {
  /** For each kind of line, the lines by their keys. */
  readonly lines: readonly ReadonlyMap<string, Line>[];
  readonly cells: number;
  /** Homes with a cell that somebody asks for. */
  readonly homes: number;
};

/**
 * Counts cells and homes into lines. Cells are summed from groups and behaviours. Homes are counted distinct, whichever
 * question reaches them: a home counts for a line when one of its behaviours is among those that any question of its
 * group brings there.
 *
 * @param keys for each kind of line, the key of the line that a cell belongs to, null where to none
 */
export function tally(columns: Columns, decided: DecidedCensus, keys: readonly LineKey[]): Tally {
  const { groups, behaviours } = decided;
  const questions = groups[0]?.rows.length ?? 0;
  const cellsOf = countCells(columns, decided);
  const width = behaviours.all.length;
  const numbers = new LineNumbers(decided, keys, questions);
  const sets = new BehaviourSets(width);
  const everything = numbers.everything;

  const linesOfGroup = groups.map(({ area, rows }, group) => {
    const members = new Map<number, Uint32Array>();
    for (const [question, row] of rows.entries()) {
      if (row === NONE) continue;
      const transitions = behaviours.rows[row]!;
      for (let behaviour = 0; behaviour < width; behaviour++) {
        const count = cellsOf[group * width + behaviour]!;
        if (count === 0) continue;
        for (const line of numbers.linesOf(transitions[behaviour]!, area, behaviour)) {
          let set = members.get(line);
          if (!set) {
            set = sets.empty();
            members.set(line, set);
          }
          set[behaviour >>> 5]! |= 1 << (behaviour & 31);
          numbers.add(line, question, count);
        }
      }
    }
    return [...members].map(([line, set]) => ({ line, set: sets.number(set) }));
  });

  countHomes(decided, sets.bits(), linesOfGroup, numbers);
  return { lines: numbers.byKind(), cells: everything.cells, homes: everything.homes };
}

type LineOfGroup = { readonly line: number; readonly set: number };

/** Counts the homes of each line into it. */
function countHomes(
  { groupOf, homeBits }: DecidedCensus,
  sets: Bits,
  linesOfGroup: readonly (readonly LineOfGroup[])[],
  numbers: LineNumbers,
): void {
  // Lines of a group with equal sets hold the same homes, so they are counted once.
  const distinct = linesOfGroup.map((lines) => Uint32Array.from(new Set(lines.map(({ set }) => set))));
  const homes = distinct.map(({ length }) => new Uint32Array(length));
  const first = distinct.map(({ length }) => new Int32Array(length).fill(NONE));
  for (let home = 0; home < groupOf.length; home++) {
    const group = groupOf[home]!;
    if (group === NONE) continue;
    const ofGroup = distinct[group]!;
    for (let at = 0; at < ofGroup.length; at++) {
      if (!homeBits.meets(home, sets, ofGroup[at]!)) continue;
      homes[group]![at]! += 1;
      if (first[group]![at] === NONE) first[group]![at] = home;
    }
  }
  for (const [group, lines] of linesOfGroup.entries()) {
    for (const { line, set } of lines) {
      const at = distinct[group]!.indexOf(set);
      if (first[group]![at] !== NONE) numbers.addHomes(line, homes[group]![at]!, first[group]![at]!);
    }
  }
}

/** Cells of one question by group and behaviour. */
function countCells(columns: Columns, { groups, groupOf, behaviours }: DecidedCensus): Float64Array {
  const { kinds, kindOf, all } = behaviours;
  // Devices are counted by kind first: a home has a few of them, and many cells.
  const devices = new Uint32Array(groups.length * kinds.length);
  const [classes, starts, lengths] = [columns.devices.view(), columns.deviceStart.view(), columns.deviceCount.view()];
  for (let home = 0; home < groupOf.length; home++) {
    if (groupOf[home] === NONE) continue;
    const row = groupOf[home]! * kinds.length;
    const start = starts[home]!;
    for (let device = start; device < start + lengths[home]!; device++) devices[row + kindOf[classes[device]!]!]! += 1;
  }
  const counts = new Float64Array(groups.length * all.length);
  for (const group of groups.keys()) {
    for (const [kind, cells] of kinds.entries()) {
      const count = devices[group * kinds.length + kind]!;
      if (count === 0) continue;
      for (const [behaviour, each] of cells) counts[group * all.length + behaviour]! += count * each;
    }
  }
  return counts;
}

/** Sets of behaviours by number; equal ones have the same. */
class BehaviourSets {
  readonly #words: number;
  readonly #sets: Uint32Array[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#words = new Bits(0, limit).words;
  }

  empty(): Uint32Array {
    return new Uint32Array(this.#words);
  }

  number(set: Uint32Array): number {
    const key = set.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.push(set) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  bits(): Bits {
    const bits = new Bits(this.#sets.length, this.#limit);
    for (const [number, set] of this.#sets.entries()) bits.block.set(set, number * this.#words);
    return bits;
  }
}
