import { NONE } from './askedPlaces.ts';
import type { Bits } from './Bits.ts';
import type { Columns } from './Columns.ts';
import { cellLines, type GroupLines } from './cellLines.ts';
import { type DecidedCensus, groupOfHome } from './DecidedCensus.ts';
import { AGES, type Age } from './PeopleColumn.ts';

/** A kind of line: which of its lines a cell belongs to. */
export type LineKind = {
  /** Whether the lines are kept apart by the area of the report. */
  readonly byArea: boolean;
  /** The number of the line for a cell, small and from 0 on; −1 where it belongs to none. */
  readonly lineOf: (transition: number, behaviour: number, question: number) => number;
};

/** What is counted into a line. */
export type Line = {
  /** The number that its kind gives it, and the area of the report, −1 where areas are not told apart. */
  readonly number: number;
  readonly area: number;
  cells: number;
  /** Different homes that have one of the cells, and the number of the first of them. */
  homes: number;
  first: number;
  /** The people of the homes by age; those of several homes count once where areas are not told apart. */
  readonly people: Record<Age, number>;
};

/**
 * Counts cells, homes and people into lines, for each kind those that have a cell. Cells are summed from groups and
 * behaviours. Homes are counted distinct, whichever question reaches them: a home counts for a line when one of its
 * behaviours is among those that any question of its group brings there.
 */
export function tally(
  columns: Columns,
  decided: DecidedCensus,
  kinds: readonly LineKind[],
): readonly (readonly Line[])[] {
  const { linesOf, sets } = cellLines(decided, kinds);
  const book = new LineBook(kinds);
  const profilesOf = profilesByGroup(decided);
  for (const [group, { area }] of decided.groups.entries()) {
    const lines = linesOf(group);
    const met = new Map<number, Met>();
    for (const { kind, number, set, cells } of lines) {
      const line = book.line(kind, number, area);
      line.cells += cells;
      let homes = met.get(set);
      if (!homes) {
        // Lines of a group with equal sets hold the same homes, so they are counted once.
        homes = meet(decided, profilesOf[group]!, sets, set);
        met.set(set, homes);
      }
      line.homes += homes.homes;
      line.first = Math.min(line.first, homes.first);
      for (const age of AGES) line.people[age] += homes.people[age];
    }
  }
  countSharedOnce(columns, decided, { linesOf, sets, book });
  return book.lines();
}

type Met = Pick<Line, 'homes' | 'first' | 'people'>;

/** The profiles of each group. */
function profilesByGroup({ groups, groupOfPart, profiles: { partOf } }: DecidedCensus): readonly (readonly number[])[] {
  const profiles: number[][] = groups.map(() => []);
  for (const [profile, part] of partOf.entries()) profiles[groupOfPart[part]!]!.push(profile);
  return profiles;
}

/** The homes of profiles that have one of a set of behaviours. */
function meet({ profiles }: DecidedCensus, candidates: readonly number[], sets: Bits, set: number): Met {
  const met = { homes: 0, first: Number.POSITIVE_INFINITY, people: { other: 0, minor: 0, elder: 0 } };
  for (const profile of candidates) {
    if (profiles.homes[profile] === 0 || !profiles.behaviours.meets(profile, sets, set)) continue;
    met.homes += profiles.homes[profile]!;
    met.first = Math.min(met.first, profiles.first[profile]!);
    for (const [at, age] of AGES.entries()) met.people[age] += profiles.people[profile * AGES.length + at]!;
  }
  return met;
}

/** Takes out people who were counted before in another home of the line. */
function countSharedOnce(
  { people }: Columns,
  decided: DecidedCensus,
  { linesOf, sets, book }: { linesOf: (group: number) => readonly GroupLines[]; sets: Bits; book: LineBook },
): void {
  const { groups, profiles } = decided;
  for (const { age, homes } of people.shared()) {
    const seen = new Set<Line>();
    for (const home of homes) {
      const group = groupOfHome(decided, home);
      if (homes.size < 2 || group === NONE) continue;
      const ofHome = linesOf(group).flatMap(({ kind, number, set }) =>
        profiles.behaviours.meets(profiles.of[home]!, sets, set) ? [book.line(kind, number, groups[group]!.area)] : [],
      );
      for (const line of ofHome) {
        if (seen.has(line)) line.people[age] -= 1;
        seen.add(line);
      }
    }
  }
}

/** The lines so far, by kind, area and number. */
class LineBook {
  readonly #kinds: readonly LineKind[];
  readonly #lines: readonly Map<number, Map<number, Line>>[];

  constructor(kinds: readonly LineKind[]) {
    this.#kinds = kinds;
    this.#lines = kinds.map(() => new Map());
  }

  line(kind: number, number: number, areaOfGroup: number): Line {
    const area = this.#kinds[kind]!.byArea ? areaOfGroup : NONE;
    let ofArea = this.#lines[kind]!.get(area);
    if (!ofArea) {
      ofArea = new Map();
      this.#lines[kind]!.set(area, ofArea);
    }
    let line = ofArea.get(number);
    if (!line) {
      const people = { other: 0, minor: 0, elder: 0 };
      line = { number, area, cells: 0, homes: 0, first: Number.POSITIVE_INFINITY, people };
      ofArea.set(number, line);
    }
    return line;
  }

  lines(): readonly (readonly Line[])[] {
    return this.#lines.map((byArea) => [...byArea.values()].flatMap((lines) => [...lines.values()]));
  }
}
