import type { AreaLevel, Category } from '../../twin/words.ts';
import { NONE } from './askedPlaces.ts';
import { Bits } from './Bits.ts';
import type { DecidedClasses } from './ClassDecisions.ts';
import type { Columns } from './Columns.ts';
import type { HomeProfiles } from './HomeProfiles.ts';
import { PairNumbers } from './PairNumbers.ts';
import { publishing, SIDES, type Side } from './Transitions.ts';
import { Tuples } from './Tuples.ts';
import { TupleTable } from './TupleTable.ts';

/** Which figures are withheld where. */
export type Withheld = {
  /** For each area in which homes stand a key: what is withheld is the same in areas with equal keys. 0 is nothing. */
  readonly keyOf: Int32Array;
  /** The transitions of a row in areas of a key. */
  settle(row: Int32Array, question: number, key: number): Int32Array;
};

/**
 * Resolves aggregates. What is published is one figure for a question, a category and an area at the level that the
 * obligation names. The homes of the area with a cell of that category that is an aggregate stand behind it: others may be
 * told apart from it. Where they are fewer than the highest `k` that one of their cells asks for, all those cells are
 * withheld. Both bundles are resolved, each by its own outcomes.
 *
 * It remembers where homes stood the last time: most edits move none.
 */
export class SmallFigures {
  readonly #columns: Columns;
  readonly #areas = new Map<AreaLevel, AreasOfLevel>();
  #last: { readonly profiles: HomeProfiles; readonly standing: Standing; readonly small: SmallOfAreas } | null = null;

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /** Null where nothing is withheld. */
  withhold(decided: DecidedClasses, profiles: HomeProfiles): Withheld | null {
    const figures = publishedFigures(decided);
    if (figures.length === 0) return null;
    const standing = homesBehind(decided, profiles, figures);
    const isSame = this.#last?.profiles === profiles && areEqual(this.#last.standing, standing);
    const small = this.#last && isSame ? this.#last.small : this.#count(profiles, standing);
    this.#last = { profiles, standing, small };
    return small.sets.size === 1 ? null : { keyOf: small.keyOf, settle: settler(decided, figures, small.sets.all()) };
  }

  #count({ of }: HomeProfiles, standing: Standing): SmallOfAreas {
    const small: number[][] = this.#columns.areas.map(() => []);
    const areaOf = this.#columns.areaOf.view();
    for (const level of new Set(standing.levels)) {
      const areas = this.#areasOf(level);
      const smallOf = smallFigures(of, areaOf, standing, level, areas);
      for (const [area, at] of areas.areaAt.entries()) small[area]!.push(...(smallOf.get(at) ?? []));
    }
    const sets = new Tuples([[]]);
    return { sets, keyOf: Int32Array.from(small, (set) => (set.length === 0 ? 0 : sets.digest(set))) };
  }

  #areasOf(level: AreaLevel): AreasOfLevel {
    const areas = this.#areas.get(level) ?? areasAt(level, this.#columns);
    this.#areas.set(level, areas);
    return areas;
  }
}

/** By the number of an area the key of what is withheld there; and by key the figures. */
type SmallOfAreas = { readonly keyOf: Int32Array; readonly sets: Tuples };

function settler(
  { transitions, behaviours }: DecidedClasses,
  figures: readonly Figure[],
  sets: readonly (readonly number[])[],
): Withheld['settle'] {
  const withheld = sets.map((set) => new Set(set.map((figure) => figureKey(figures[figure]!))));
  return (row, question, key) =>
    row.map((transition, behaviour) => {
      const { category } = behaviours.all[behaviour]!;
      const isWithheld = (side: Side): boolean => {
        const published = publishing(transitions.decided(side, transition));
        return (
          published !== null && withheld[key]!.has(figureKey({ level: published.level, question, side, category }))
        );
      };
      const { before, after } = transitions.all[transition]!;
      return transitions.number(before, after, isWithheld('before'), isWithheld('after'));
    });
}

/** One figure that is published in each area of a level. */
type Figure = {
  readonly level: AreaLevel;
  readonly question: number;
  readonly side: Side;
  readonly category: Category;
};

function figureKey({ level, question, side, category }: Figure): string {
  return `${level} ${question} ${side} ${category}`;
}

/** Which figures are published, by any cell of any group. */
function publishedFigures({ rows, rowOf, questions, behaviours, transitions }: DecidedClasses): readonly Figure[] {
  const met = new Uint8Array(rows.length * questions);
  for (let at = 0; at < rowOf.length; at++) if (rowOf[at] !== NONE) met[rowOf[at]! * questions + (at % questions)] = 1;
  const figures = new Map<string, Figure>();
  for (const [at, isMet] of met.entries()) {
    if (isMet === 0) continue;
    for (const [behaviour, transition] of rows[Math.floor(at / questions)]!.entries()) {
      const { category } = behaviours.all[behaviour]!;
      for (const side of SIDES) {
        const published = publishing(transitions.decided(side, transition));
        if (!published) continue;
        const figure = { level: published.level, question: at % questions, side, category };
        figures.set(figureKey(figure), figure);
      }
    }
  }
  return [...figures.values()];
}

/** Behind which figures the homes of each profile stand, and how many homes their cells ask for. */
type Standing = {
  /** The level of each figure. */
  readonly levels: readonly AreaLevel[];
  /** For each way to stand, the figures one after the other, each followed by the highest `k`. The first way is behind none. */
  readonly ways: readonly (readonly number[])[];
  /** The way of each profile. */
  readonly wayOf: Int32Array;
};

function areEqual(one: Standing, other: Standing): boolean {
  return (
    JSON.stringify([one.levels, one.ways]) === JSON.stringify([other.levels, other.ways]) &&
    one.wayOf.length === other.wayOf.length &&
    one.wayOf.every((way, profile) => way === other.wayOf[profile])
  );
}

/** Behaviours of a row that ask for `least` homes behind a figure. */
type Ask = { readonly figure: number; readonly least: number; readonly set: number };

function homesBehind(
  decided: DecidedClasses,
  { parts, partOf, behaviours }: HomeProfiles,
  figures: readonly Figure[],
): Standing {
  const { patternOf, asks, sets } = asksOfGroups(decided, figures);
  const { words, block } = behaviours;
  const chain = Array.from({ length: words }, () => new PairNumbers());
  const ways = new Tuples([[]]);
  const known: number[] = [];
  const wayOf = Int32Array.from(partOf, (part, profile) => {
    // Profiles of other groups with the same rows and behaviours stand behind the same figures.
    const pattern = patternOf(parts.groupOf[part]!);
    let number = pattern;
    for (let word = 0; word < words; word++) number = chain[word]!.number(number, block[profile * words + word]!);
    if (number === known.length) {
      const met = asks[pattern]!.filter(({ set }) => behaviours.meets(profile, sets, set));
      // The highest of a figure comes first.
      const highest = met.filter(({ figure }, at) => at === 0 || met[at - 1]!.figure !== figure);
      known.push(ways.digest(highest.flatMap(({ figure, least }) => [figure, least])));
    }
    return known[number]!;
  });
  return { levels: figures.map(({ level }) => level), ways: ways.all(), wayOf };
}

/** What the rows of a group ask for: figure by figure, the highest number of homes first. */
function asksOfGroups({ rows, rowOf, questions, behaviours, transitions }: DecidedClasses, figures: readonly Figure[]) {
  const members: (readonly number[])[] = [];
  const asksOfRow = ({ level, side, category }: Figure, figure: number, row: Int32Array): readonly Ask[] => {
    const byLeast = new Map<number, number[]>();
    for (const [behaviour, transition] of row.entries()) {
      if (behaviours.all[behaviour]!.category !== category) continue;
      const published = publishing(transitions.decided(side, transition));
      if (published?.level !== level) continue;
      byLeast.set(published.k, [...(byLeast.get(published.k) ?? []), behaviour]);
    }
    const falling = [...byLeast].sort(([a], [b]) => b - a);
    return falling.map(([least, set]) => ({ figure, least, set: members.push(set) - 1 }));
  };
  const ofRow = figures.map((one, figure) => rows.map((row) => asksOfRow(one, figure, row)));
  const sets = new Bits(members.length, behaviours.all.length);
  for (const [set, of] of members.entries()) for (const behaviour of of) sets.add(set, behaviour);

  const table = new TupleTable(questions);
  const patterns: (readonly Ask[])[] = [];
  const known = new Int32Array(rowOf.length / questions).fill(NONE);
  const patternOf = (group: number): number => {
    if (known[group] !== NONE) return known[group]!;
    const pattern = table.number(rowOf, group * questions);
    known[group] = pattern;
    if (pattern === patterns.length) {
      const found = figures.flatMap(({ question }, figure) => {
        const row = rowOf[group * questions + question]!;
        return row === NONE ? [] : ofRow[figure]![row]!;
      });
      patterns.push(found);
    }
    return pattern;
  };
  return { patternOf, asks: patterns, sets };
}

/** For each area of a level the figures behind which too few homes stand. */
function smallFigures(
  of: Int32Array,
  areaOf: ArrayLike<number>,
  { levels, ways, wayOf }: Standing,
  level: AreaLevel,
  { areaAt, count }: AreasOfLevel,
): ReadonlyMap<number, readonly number[]> {
  // Homes are counted by area and way first: there are many of them, and each may stand behind many figures.
  const byWay = new Uint32Array(count * ways.length);
  for (let home = 0; home < of.length; home++) {
    if (of[home] !== NONE) byWay[areaAt[areaOf[home]!]! * ways.length + wayOf[of[home]!]!]! += 1;
  }
  const small = new Map<number, number[]>();
  const [homes, needed] = [new Uint32Array(levels.length), new Uint32Array(levels.length)];
  for (let area = 0; area < count; area++) {
    homes.fill(0);
    needed.fill(0);
    for (const [way, figures] of ways.entries()) {
      const standing = byWay[area * ways.length + way]!;
      if (standing === 0) continue;
      for (let at = 0; at < figures.length; at += 2) {
        homes[figures[at]!]! += standing;
        needed[figures[at]!] = Math.max(needed[figures[at]!]!, figures[at + 1]!);
      }
    }
    const withheld = levels.flatMap((one, figure) =>
      one === level && homes[figure]! < needed[figure]! ? [figure] : [],
    );
    if (withheld.length > 0) small.set(area, withheld);
  }
  return small;
}

/** For each area in which homes stand the number of that of a level around it, and how many those are. */
type AreasOfLevel = { readonly areaAt: Int32Array; readonly count: number };

function areasAt(level: AreaLevel, columns: Columns): AreasOfLevel {
  const paths = columns.areaPaths();
  const known = new Map<string, number>();
  const areaAt = Int32Array.from(columns.areas, (area, at) => {
    // An area that lies in none of this level is a group of its own.
    const around = paths[at]!.find((one) => one.level === level)?.id ?? area;
    const number = known.get(around) ?? known.size;
    known.set(around, number);
    return number;
  });
  return { areaAt, count: known.size };
}
