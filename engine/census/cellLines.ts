import { Bits } from './Bits.ts';
import type { Columns } from './Columns.ts';
import type { DecidedCensus } from './decideCensus.ts';
import { NONE } from './takeCensus.ts';
import type { LineKind } from './tally.ts';

/** A line to which a group brings cells: how many, and the number of the set of behaviours that brings them. */
export type GroupLines = {
  readonly kind: number;
  readonly number: number;
  readonly set: number;
  readonly cells: number;
};

/** Finds the lines of each group. Groups with the same rows differ in their numbers of cells alone, so lines are found once for all. */
export function cellLines(
  columns: Columns,
  decided: DecidedCensus,
  kinds: readonly LineKind[],
): { readonly linesOf: (group: number) => readonly GroupLines[]; readonly sets: Bits } {
  const width = decided.behaviours.all.length;
  const cellsOf = countCells(columns, decided);
  const sets = new BehaviourSets(width);
  const byRows = new Map<string, readonly PatternLine[]>();
  const patternOf = decided.groups.map(({ rows }) => {
    const key = rows.join();
    let lines = byRows.get(key);
    if (!lines) {
      lines = patternLines(rows, decided, kinds, sets);
      byRows.set(key, lines);
    }
    return lines;
  });
  const linesOf = (group: number): readonly GroupLines[] =>
    patternOf[group]!.flatMap(({ kind, number, set, times }) => {
      let cells = 0;
      for (let behaviour = 0; behaviour < width; behaviour++) {
        cells += times[behaviour]! * cellsOf[group * width + behaviour]!;
      }
      return cells === 0 ? [] : [{ kind, number, set, cells }];
    });
  return { linesOf, sets: sets.bits() };
}

/** How many questions bring each behaviour into a line, and the number of the set of those that any does. */
type PatternLine = {
  readonly kind: number;
  readonly number: number;
  readonly set: number;
  readonly times: Uint32Array;
};

function patternLines(
  rows: readonly number[],
  { behaviours }: DecidedCensus,
  kinds: readonly LineKind[],
  sets: BehaviourSets,
): readonly PatternLine[] {
  return kinds.flatMap(({ lineOf }, kind) => {
    const lines = new Map<number, Uint32Array>();
    for (const [question, row] of rows.entries()) {
      if (row === NONE) continue;
      for (const [behaviour, transition] of behaviours.rows[row]!.entries()) {
        const number = lineOf(transition, behaviour, question);
        if (number === NONE) continue;
        let times = lines.get(number);
        if (!times) {
          times = new Uint32Array(behaviours.all.length);
          lines.set(number, times);
        }
        times[behaviour]! += 1;
      }
    }
    return [...lines].map(([number, times]): PatternLine => ({ kind, number, set: sets.number(times), times }));
  });
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
  readonly #limit: number;
  readonly #sets: (readonly number[])[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The number of the set of those that are met at all. */
  number(times: Uint32Array): number {
    const members = [...times.keys()].filter((behaviour) => times[behaviour]! > 0);
    const key = members.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.push(members) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  bits(): Bits {
    const bits = new Bits(this.#sets.length, this.#limit);
    for (const [number, members] of this.#sets.entries()) for (const behaviour of members) bits.add(number, behaviour);
    return bits;
  }
}
