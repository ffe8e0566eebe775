import { CodedError } from '../../twin/CodedError.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { Line, LineKind } from '../census/tally.ts';
import { nearest } from '../clauses/nearest.ts';
import { isCounted } from './checkExpectations.ts';
import type { LimitLine } from './ImpactReport.ts';
import type { Limit, LimitUnit } from './Limit.ts';
import type { ReportAreas } from './reportAreasOf.ts';
import type { SliceOptions } from './sliceLines.ts';

export type LimitOptions = SliceOptions & {
  readonly limits: readonly Limit[];
  readonly areas: ReportAreas;
  /** The number of the change class of each transition; −1 where nothing changes. */
  readonly changeOf: readonly number[];
};

/** For each limit the cells that it is about, those of them that it counts, and these by change class. */
const KINDS = 3;

/**
 * The lines of cells that limits are about. Areas are told apart where a limit names one: a home stands in one area, so that
 * homes add up. Throws `scenario:limit.not_found` for an area or requester that the report does not have.
 */
export function limitLines(options: LimitOptions) {
  const { limits, told, requesters, requesterOf, areas, changeOf } = options;
  const { behaviours } = options.decided;
  for (const limit of limits) assertKnown(limit, options);

  const kinds = limits.flatMap((limit): readonly LineKind[] => {
    const { measure, area, category, requester } = limit;
    const counted = told.map((one) => isCounted(measure, one));
    const isAbout = (behaviour: number, question: number): boolean =>
      (category === undefined || behaviours.all[behaviour]!.category === category) &&
      (requester === undefined || requesters[requesterOf[question]!] === requester);
    const kind = (numberOf: (transition: number) => number): LineKind => ({
      byArea: area !== undefined,
      lineOf: (transition, behaviour, question) => (isAbout(behaviour, question) ? numberOf(transition) : NONE),
    });
    return [
      kind(() => 0),
      kind((transition) => (counted[transition] ? 0 : NONE)),
      kind((transition) => (counted[transition] ? changeOf[transition]! : NONE)),
    ];
  });

  return {
    kinds,

    /** @param placeOf the place of a change class in the report, by its number */
    report(lines: readonly (readonly Line[])[], placeOf: (change: number) => number): readonly LimitLine[] {
      return limits.map((limit, index): LimitLine => {
        const [all, counted, changes] = lines
          .slice(index * KINDS, (index + 1) * KINDS)
          .map((ofKind) =>
            ofKind.filter(({ area }) => limit.area === undefined || areas.around(area).includes(limit.area)),
          );
        const [of, found] = [sum(all!), sum(counted!)];
        const places = new Set(changes!.map(({ number }) => placeOf(number)));
        return { ...limit, ...found, of, met: isMet(limit, found, of), changes: [...places].sort((a, b) => a - b) };
      });
    },
  };
}

type Sum = { readonly cells: number; readonly homes: number };

function sum(lines: readonly Line[]): Sum {
  return {
    cells: lines.reduce((total, { cells }) => total + cells, 0),
    homes: lines.reduce((total, { homes }) => total + homes, 0),
  };
}

function isMet({ at_most: most }: Limit, { cells, homes }: Sum, of: Sum): boolean {
  // Products rather than quotients: of nothing, nothing is no share that is too large.
  const met: Readonly<Record<LimitUnit, (bound: number) => boolean>> = {
    cells: (bound) => cells <= bound,
    homes: (bound) => homes <= bound,
    share_of_cells: (bound) => cells <= bound * of.cells,
    share_of_homes: (bound) => homes <= bound * of.homes,
  };
  return Object.entries(most).every(([unit, bound]) => met[unit as LimitUnit](bound));
}

function assertKnown({ measure, area, requester }: Limit, { areas, requesters }: LimitOptions): void {
  const known = new Set(areas.ids.flatMap((_, number) => areas.around(number)));
  const missing = (what: string, name: string, names: readonly string[], otherwise: string) => {
    const [guess] = nearest(name, names, 1);
    const hint = guess === undefined ? otherwise : `did you mean \`${guess}\`?`;
    return new CodedError(
      'scenario:limit.not_found',
      `a limit on ${measure} is about ${what} \`${name}\`, which the report does not have`,
      { hint },
    );
  };
  if (area !== undefined && !known.has(area)) {
    throw missing(
      'an area',
      area,
      [...known],
      'areas are told apart down to the level that the scenario says in `report_by`',
    );
  }
  if (requester !== undefined && !requesters.includes(requester)) {
    throw missing(
      'a requester',
      requester,
      requesters,
      `there are ${requesters.map((one) => `\`${one}\``).join(', ')}`,
    );
  }
}
