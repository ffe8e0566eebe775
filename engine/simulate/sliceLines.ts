import { AREA_LEVELS, CATEGORIES, GRADES } from '../../twin/words.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { DecidedCensus } from '../census/DecidedCensus.ts';
import type { Line, LineKind } from '../census/tally.ts';
import type { Slice } from './ImpactReport.ts';
import { inOrder } from './inOrder.ts';
import type { Told } from './makeReport.ts';
import { Numbering } from './Numbering.ts';
import { rank } from './outcomeRank.ts';
import type { ReportAreas } from './reportAreasOf.ts';

export type SliceOptions = {
  /** What each transition is. */
  readonly told: readonly Told[];
  readonly decided: DecidedCensus;
  readonly requesters: readonly string[];
  /** The number of the requester of each question. */
  readonly requesterOf: readonly number[];
};

type Said = Pick<Slice, 'category' | 'grade' | 'requester' | 'from' | 'to' | 'obligations'>;

/**
 * The lines of cells by area, label, requester and transition. They are counted in the areas of the report alone: a home
 * stands in one area of each level, so that the counts of all areas above are sums.
 */
export function sliceLines({ told, decided: { behaviours }, requesters, requesterOf }: SliceOptions) {
  const labels = new Numbering();
  const labelOf = behaviours.all.map(({ category, grade }) => labels.number(`${category} ${grade}`));
  const ways = new Numbering();
  const wayOf = told.map(({ from, to, obligations }) => ways.number(`${from} ${to} ${obligations.kind}`));
  const numberOf = (transition: number, behaviour: number, question: number): number =>
    (wayOf[transition]! * labels.all.length + labelOf[behaviour]!) * requesters.length + requesterOf[question]!;
  const kindOf = (byArea: boolean): LineKind => ({
    byArea,
    lineOf: (transition, behaviour, question) =>
      (told[transition]!.change !== null) === byArea ? numberOf(transition, behaviour, question) : NONE,
  });

  const saidBy = (number: number): Said => {
    const labelled = Math.floor(number / requesters.length);
    const [category, grade] = labels.all[labelled % labels.all.length]!.split(' ');
    const [from, to, obligations] = ways.all[Math.floor(labelled / labels.all.length)]!.split(' ');
    return { category, grade, requester: requesters[number % requesters.length], from, to, obligations } as Said;
  };

  return {
    /** What changes by area, and what does not for all areas together. */
    kinds: [kindOf(true), kindOf(false)],

    report([changing = [], staying = []]: readonly (readonly Line[])[], areas: ReportAreas): readonly Slice[] {
      const slices = new Map<string, { -readonly [Key in keyof Slice]: Slice[Key] }>();
      const add = ({ number, cells, homes }: Line, area: string): void => {
        const key = `${area} ${number}`;
        const known = slices.get(key);
        if (known) {
          known.cells += cells;
          known.homes += homes;
        } else slices.set(key, { area, level: areas.levelOf(area), ...saidBy(number), cells, homes });
      };
      for (const line of changing) for (const area of areas.around(line.area)) add(line, area);
      for (const line of staying) add(line, areas.scope);
      return inOrder([...slices.values()], (slice) => [
        AREA_LEVELS.indexOf(slice.level),
        slice.area,
        CATEGORIES.indexOf(slice.category),
        GRADES.indexOf(slice.grade),
        requesters.indexOf(slice.requester),
        rank(slice.from),
        rank(slice.to),
        slice.obligations,
      ]);
    },
  };
}
