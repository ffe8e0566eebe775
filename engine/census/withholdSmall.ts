import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AreaLevel, Category } from '../../twin/words.ts';
import { NONE } from './askedPlaces.ts';
import type { DecidedClasses } from './ClassDecisions.ts';
import type { Columns } from './Columns.ts';
import type { HomeProfiles } from './HomeProfiles.ts';
import { publishing, SIDES, type Side } from './Transitions.ts';
import { Tuples } from './Tuples.ts';

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
 * withheld. Both bundles are resolved, each by its own outcomes. Null where nothing is withheld.
 */
export function withholdSmall(columns: Columns, decided: DecidedClasses, profiles: HomeProfiles): Withheld | null {
  const figures = publishedFigures(decided);
  if (figures.length === 0) return null;
  const behind = homesBehind(decided, profiles, figures);
  const small: number[][] = columns.areas.map(() => []);
  for (const level of new Set(figures.map((figure) => figure.level))) {
    const { areaAt, count } = areasAt(level, columns.source.graph, columns.areas);
    const smallOf = smallFigures(columns, profiles, behind, { areaAt, count, level });
    for (const [area, at] of areaAt.entries()) small[area]!.push(...(smallOf.get(at) ?? []));
  }
  const sets = new Tuples([[]]);
  const keyOf = Int32Array.from(small, (set) => (set.length === 0 ? 0 : sets.digest(set)));
  if (sets.size === 1) return null;

  const withheld = sets.all().map((set) => new Set(set.map((figure) => figureKey(figures[figure]!))));
  const { transitions, behaviours } = decided;
  const settle = (row: Int32Array, question: number, key: number): Int32Array =>
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
  return { keyOf, settle };
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

/** Behind which figures the homes of a profile stand, and how many homes their cells ask for. */
type Behind = {
  readonly figures: readonly Figure[];
  /** By profile and figure: the highest `k`; 0 where its homes do not stand behind the figure. */
  readonly least: Uint32Array;
};

function homesBehind(
  { rows, rowOf, questions, behaviours, transitions }: DecidedClasses,
  { parts, partOf, behaviours: sets }: HomeProfiles,
  figures: readonly Figure[],
): Behind {
  // What a behaviour asks for in a figure follows from the row alone.
  const asked = figures.map(({ level, side, category }) =>
    rows.map((row) =>
      Uint32Array.from(row, (transition, behaviour) => {
        if (behaviours.all[behaviour]!.category !== category) return 0;
        const published = publishing(transitions.decided(side, transition));
        return published?.level === level ? published.k : 0;
      }),
    ),
  );
  const isAsked = asked.map((ofRows) => ofRows.map((row) => row.some((k) => k > 0)));
  const least = new Uint32Array(partOf.length * figures.length);
  for (let profile = 0; profile < partOf.length; profile++) {
    const group = parts.groupOf[partOf[profile]!]!;
    for (let figure = 0; figure < figures.length; figure++) {
      const row = rowOf[group * questions + figures[figure]!.question]!;
      if (row === NONE || !isAsked[figure]![row]) continue;
      const ofRow = asked[figure]![row]!;
      let most = 0;
      for (let behaviour = 0; behaviour < ofRow.length; behaviour++) {
        if (ofRow[behaviour]! > most && sets.has(profile, behaviour)) most = ofRow[behaviour]!;
      }
      least[profile * figures.length + figure] = most;
    }
  }
  return { figures, least };
}

/** For each area of a level the figures behind which too few homes stand. */
function smallFigures(
  columns: Columns,
  { of }: HomeProfiles,
  { figures, least }: Behind,
  { areaAt, count, level }: { readonly areaAt: Int32Array; readonly count: number; readonly level: AreaLevel },
): ReadonlyMap<number, readonly number[]> {
  const width = figures.length;
  const ofLevel = [...figures.keys()].filter((figure) => figures[figure]!.level === level);
  const [homes, needed] = [new Uint32Array(count * width), new Uint32Array(count * width)];
  const areaOf = columns.areaOf.view();
  // Most profiles stand behind no figure at all.
  const stands = Uint8Array.from({ length: least.length / width }, (_, profile) =>
    ofLevel.some((figure) => least[profile * width + figure]! > 0) ? 1 : 0,
  );
  for (let home = 0; home < of.length; home++) {
    const profile = of[home]!;
    if (profile === NONE || stands[profile] === 0) continue;
    const area = areaAt[areaOf[home]!]! * width;
    for (let at = 0; at < ofLevel.length; at++) {
      const k = least[profile * width + ofLevel[at]!]!;
      if (k === 0) continue;
      const place = area + ofLevel[at]!;
      homes[place]! += 1;
      if (k > needed[place]!) needed[place] = k;
    }
  }
  const small = new Map<number, number[]>();
  for (let place = 0; place < homes.length; place++) {
    if (homes[place]! >= needed[place]!) continue;
    const area = Math.floor(place / width);
    small.set(area, [...(small.get(area) ?? []), place % width]);
  }
  return small;
}

/** The areas of a level around the areas in which homes stand: for each the number of that area. */
function areasAt(level: AreaLevel, graph: TwinGraph, areas: readonly string[]) {
  const known = new Map<string, number>();
  const areaAt = Int32Array.from(areas, (area) => {
    // An area that lies in none of this level is a group of its own.
    const around = graph.areaPath(area).find((one) => one.level === level)?.id ?? area;
    const number = known.get(around) ?? known.size;
    known.set(around, number);
    return number;
  });
  return { areaAt, count: known.size };
}
