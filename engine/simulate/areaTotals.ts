import { AREA_LEVELS } from '../../twin/words.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { Line, LineKind } from '../census/tally.ts';
import type { AreaTotal } from './ImpactReport.ts';
import { inOrder } from './inOrder.ts';
import type { ReportAreas } from './reportAreasOf.ts';

/**
 * What of each area is asked about, and what of it changes. It is counted in the areas of the report alone: a home stands in
 * one area of each level, so that the counts of all areas above are sums.
 *
 * @param changeOf the number of the change class of each transition; −1 where nothing changes
 */
export function areaTotals(changeOf: readonly number[]) {
  const kinds: readonly LineKind[] = [
    { byArea: true, lineOf: () => 0 },
    { byArea: true, lineOf: (transition) => (changeOf[transition] === NONE ? NONE : 0) },
  ];
  return {
    kinds,

    report([all = [], changing = []]: readonly (readonly Line[])[], areas: ReportAreas): readonly AreaTotal[] {
      const totals = new Map<string, Writable<AreaTotal>>();
      for (const { area, cells, homes } of all) {
        for (const id of areas.around(area)) {
          const total = totals.get(id) ?? { ...emptyTotal(id, areas) };
          total.cells += cells;
          total.homes += homes;
          totals.set(id, total);
        }
      }
      for (const { area, cells, homes } of changing) {
        for (const id of areas.around(area)) {
          const total = totals.get(id)!;
          total.changed = { cells: total.changed.cells + cells, homes: total.changed.homes + homes };
        }
      }
      return inOrder([...totals.values()], ({ level, area }) => [AREA_LEVELS.indexOf(level), area]);
    },
  };
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

function emptyTotal(area: string, areas: ReportAreas): AreaTotal {
  return { area, level: areas.levelOf(area), cells: 0, homes: 0, changed: { cells: 0, homes: 0 } };
}
