import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AreaLevel, Category } from '../../twin/words.ts';
import { Bits } from './Bits.ts';
import type { Columns } from './Columns.ts';
import type { DecidedCensus, DecidedGroup } from './decideCensus.ts';
import { publishing, SIDES, type Side } from './Transitions.ts';
import { NONE } from './takeCensus.ts';

/**
 * Resolves aggregates. What is published is one figure for a question, a category and an area at the level that the
 * obligation names; every home of the area with a cell of that category that is not denied contributes to it. Cells that
 * are aggregates in a figure with fewer contributing homes than `k` are withheld. Both bundles are resolved, each by its
 * own outcomes.
 */
export function withholdSmall(columns: Columns, decided: DecidedCensus): DecidedCensus {
  const figures = publishedFigures(decided);
  const small = [...figures.keys()].map((level) => smallFigures(columns, decided, level, figures.get(level)!));
  if (small.every(({ byArea }) => byArea.size === 0)) return decided;

  const rows = [...decided.behaviours.rows];
  const rowNumbers = new Map<string, number>();
  const groups: DecidedGroup[] = [...decided.groups];
  const groupNumbers = new Map<string, number>();
  const smallOfArea = columns.areas.map((_, at) => smallAround(small, at));
  const areaOf = columns.areaOf.view();
  const groupOf = decided.groupOf.map((group, home) => {
    const around = smallOfArea[areaOf[home]!]!;
    if (group === NONE || around.counts.size === 0) return group;
    const key = `${group} ${around.key}`;
    let number = groupNumbers.get(key);
    if (number === undefined) {
      number = groups.push(withheldGroup(decided.groups[group]!, around)) - 1;
      groupNumbers.set(key, number);
    }
    return number;
  });
  return { ...decided, groups, groupOf, behaviours: { ...decided.behaviours, rows } };

  function withheldGroup({ area, rows: asked }: DecidedGroup, around: SmallAround): DecidedGroup {
    return { area, rows: asked.map((row, question) => (row === NONE ? NONE : withheldRow(row, question, around))) };
  }

  function withheldRow(row: number, question: number, { counts }: SmallAround): number {
    const { transitions, behaviours } = decided;
    const settled = behaviours.rows[row]!.map((transition, behaviour) => {
      const { category } = behaviours.all[behaviour]!;
      const isWithheld = (side: Side): boolean => {
        const published = publishing(transitions.decided(side, transition));
        const count = published && counts.get(figureKey(published.level, { question, side, category }));
        return published !== null && count != null && count < published.k;
      };
      const { before, after } = transitions.all[transition]!;
      return transitions.number(before, after, isWithheld('before'), isWithheld('after'));
    });
    const key = settled.join();
    let number = rowNumbers.get(key);
    if (number === undefined) {
      number = rows.push(settled) - 1;
      rowNumbers.set(key, number);
    }
    return number;
  }
}

/** One figure that is published in each area of a level. */
type Figure = { readonly question: number; readonly side: Side; readonly category: Category };

/** Figures by their keys, with the highest number of homes that any of their cells asks for. */
type Figures = Map<string, Figure & { k: number }>;

function figureKey(level: AreaLevel, { question, side, category }: Figure): string {
  return `${level} ${question} ${side} ${category}`;
}

/** Which figures are published at which level, by any cell of any group. */
function publishedFigures({ groups, behaviours, transitions }: DecidedCensus): Map<AreaLevel, Figures> {
  const levels = new Map<AreaLevel, Figures>();
  const seen = new Set<string>();
  for (const { rows } of groups) {
    for (const [question, row] of rows.entries()) {
      if (row === NONE || seen.has(`${question} ${row}`)) continue;
      seen.add(`${question} ${row}`);
      for (const [behaviour, transition] of behaviours.rows[row]!.entries()) {
        const { category } = behaviours.all[behaviour]!;
        for (const side of SIDES) {
          const published = publishing(transitions.decided(side, transition));
          if (!published) continue;
          const figures = levels.get(published.level) ?? new Map();
          levels.set(published.level, figures);
          const figure = { question, side, category };
          const key = figureKey(published.level, figure);
          figures.set(key, { ...figure, k: Math.max(published.k, figures.get(key)?.k ?? 0) });
        }
      }
    }
  }
  return levels;
}

/** The areas of a level in which fewer homes than asked for contribute to a figure, with how many do. */
type SmallFigures = {
  readonly areaNumbers: readonly number[];
  readonly byArea: ReadonlyMap<number, ReadonlyMap<string, number>>;
};

function smallFigures(columns: Columns, decided: DecidedCensus, level: AreaLevel, figures: Figures): SmallFigures {
  const { numbers, count } = areasAt(level, columns.source.graph, columns.areas);
  const contributions = contributionsOf(decided, [...figures.values()]);
  const byArea = new Map<number, Map<string, number>>();
  const keys = [...figures.keys()];
  const limits = [...figures.values()].map(({ k }) => k);
  for (const [area, homes] of homesByArea(columns, decided, numbers, count).entries()) {
    const counts = countContributing(homes, decided, contributions, limits);
    for (const [figure, contributing] of counts) {
      if (contributing >= limits[figure]!) continue;
      const ofArea = byArea.get(area) ?? new Map<string, number>();
      byArea.set(area, ofArea.set(keys[figure]!, contributing));
    }
  }
  return { areaNumbers: numbers, byArea };
}

/** The figures that groups contribute to by some behaviour: their numbers, and for each the set of behaviours. */
type Contributions = {
  readonly figures: readonly (readonly number[])[];
  readonly first: readonly number[];
  readonly bits: Bits;
};

function contributionsOf(
  { groups, behaviours, transitions }: DecidedCensus,
  figures: readonly Figure[],
): Contributions {
  const sets: (readonly number[])[] = [];
  const first: number[] = [];
  const ofGroup = groups.map(({ rows }) => {
    first.push(sets.length);
    return figures.flatMap(({ question, side, category }, figure) => {
      const row = rows[question]!;
      if (row === NONE) return [];
      const contributing = [...behaviours.rows[row]!.entries()].flatMap(([behaviour, transition]) =>
        behaviours.all[behaviour]!.category === category && transitions.decided(side, transition).outcome !== 'denied'
          ? [behaviour]
          : [],
      );
      if (contributing.length === 0) return [];
      sets.push(contributing);
      return [figure];
    });
  });
  const bits = new Bits(sets.length, behaviours.all.length);
  for (const [set, members] of sets.entries()) for (const behaviour of members) bits.add(set, behaviour);
  return { figures: ofGroup, first, bits };
}

/** How many homes contribute to each figure of an area; counting stops when all figures have enough. */
function countContributing(
  homes: Uint32Array,
  { groupOf, homeBits }: DecidedCensus,
  { figures, first, bits }: Contributions,
  limits: readonly number[],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const groups = new Set<number>();
  for (const home of homes) groups.add(groupOf[home]!);
  for (const group of groups) for (const figure of figures[group]!) counts.set(figure, 0);
  let open = counts.size;
  for (const home of homes) {
    if (open === 0) break;
    const group = groupOf[home]!;
    const ofGroup = figures[group]!;
    for (let at = 0; at < ofGroup.length; at++) {
      const figure = ofGroup[at]!;
      const count = counts.get(figure)!;
      if (count >= limits[figure]! || !homeBits.meets(home, bits, first[group]! + at)) continue;
      counts.set(figure, count + 1);
      if (count + 1 === limits[figure]!) open -= 1;
    }
  }
  return counts;
}

/** The areas of a level around the areas in which homes stand: for each the number of that area. */
function areasAt(level: AreaLevel, graph: TwinGraph, areas: readonly string[]) {
  const known = new Map<string, number>();
  const numbers = areas.map((area) => {
    // An area that lies in none of this level is a group of its own.
    const around = graph.areaPath(area).find((one) => one.level === level)?.id ?? area;
    const number = known.get(around) ?? known.size;
    known.set(around, number);
    return number;
  });
  return { numbers, count: known.size };
}

/** The counted homes of each area. */
function homesByArea(
  columns: Columns,
  { groupOf }: DecidedCensus,
  numbers: readonly number[],
  count: number,
): readonly Uint32Array[] {
  const areaOf = columns.areaOf.view();
  const sizes = new Uint32Array(count);
  for (let home = 0; home < groupOf.length; home++) {
    if (groupOf[home] !== NONE) sizes[numbers[areaOf[home]!]!]! += 1;
  }
  const homes = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(count);
  for (let home = 0; home < groupOf.length; home++) {
    if (groupOf[home] === NONE) continue;
    const area = numbers[areaOf[home]!]!;
    homes[area]![filled[area]!++] = home;
  }
  return homes;
}

/** The small figures that an area in which homes stand lies in. */
type SmallAround = { readonly key: string; readonly counts: ReadonlyMap<string, number> };

function smallAround(small: readonly SmallFigures[], area: number): SmallAround {
  const counts = new Map(small.flatMap(({ areaNumbers, byArea }) => [...(byArea.get(areaNumbers[area]!) ?? [])]));
  return { key: JSON.stringify([...counts]), counts };
}
