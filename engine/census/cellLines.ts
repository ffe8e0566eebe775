import { NONE } from './askedPlaces.ts';
import { Bits } from './Bits.ts';
import type { DecidedCensus } from './DecidedCensus.ts';
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
  decided: DecidedCensus,
  kinds: readonly LineKind[],
): { readonly linesOf: (group: number) => readonly GroupLines[]; readonly sets: Bits } {
  const width = decided.behaviours.all.length;
  const cellsOf = cellsOfGroups(decided);
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
  { behaviours, rows: transitionsOf }: DecidedCensus,
  kinds: readonly LineKind[],
  sets: BehaviourSets,
): readonly PatternLine[] {
  return kinds.flatMap(({ lineOf }, kind) => {
    const lines = new Map<number, Uint32Array>();
    for (const [question, row] of rows.entries()) {
      if (row === NONE) continue;
      for (const [behaviour, transition] of transitionsOf[row]!.entries()) {
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
function cellsOfGroups({ groups, groupOfPart, profiles: { cells }, behaviours }: DecidedCensus): Float64Array {
  const width = behaviours.all.length;
  const counts = new Float64Array(groups.length * width);
  for (const [part, group] of groupOfPart.entries()) {
    if (group === NONE) continue;
    for (let behaviour = 0; behaviour < width; behaviour++) {
      counts[group * width + behaviour]! += cells[part * width + behaviour]!;
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
