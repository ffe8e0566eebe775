import type { AreaLevel } from '../../twin/words.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { Columns } from '../census/Columns.ts';
import type { Scenario } from './Scenario.ts';

/** The areas that a report tells apart. */
export type ReportAreas = {
  /** The area of the scenario. */
  readonly scope: string;
  /** The ids of the areas by their number. */
  readonly ids: readonly string[];
  /** For each area in which homes stand the number of its own; −1 outside of the scenario's area. */
  readonly areaOf: readonly number[];
  levelOf(area: string): AreaLevel;
  /** An area of the report and those above it, up to that of the scenario. */
  around(area: number): readonly string[];
};

/** Where there is no area of the report's level around a home, it is told under its own. */
export function reportAreasOf({ area: scope, report_by = 'district' }: Scenario, columns: Columns): ReportAreas {
  const { graph } = columns.source;
  const pathsOfAreas = columns.areaPaths();
  const ids: string[] = [];
  const numbers = new Map<string, number>();
  const areaOf = columns.areas.map((area, at) => {
    const path = pathsOfAreas[at]!;
    if (!path.some(({ id }) => id === scope)) return NONE;
    const around = path.find(({ level }) => level === report_by)?.id ?? area;
    const number = numbers.get(around) ?? ids.push(around) - 1;
    numbers.set(around, number);
    return number;
  });
  const paths = ids.map((id) => {
    const path = graph.areaPath(id).map((area) => area.id);
    // An area of the report may lie around that of the scenario, which then is all that is told.
    return path.includes(scope) ? path.slice(0, path.indexOf(scope) + 1) : [scope];
  });
  return {
    scope,
    ids,
    areaOf,
    levelOf: (area) => graph.areas.get(area)!.level,
    around: (area) => paths[area]!,
  };
}
