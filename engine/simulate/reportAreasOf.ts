import type { Columns } from '../census/Columns.ts';
import { NONE } from '../census/takeCensus.ts';
import type { Scenario } from './Scenario.ts';

/**
 * The areas that a report tells apart, and for each area in which homes stand the number of its own; −1 outside of the
 * scenario's area. Where there is no area of the report's level around a home, it is told under its own.
 */
export function reportAreasOf({ area: scope, report_by = 'district' }: Scenario, { areas, source }: Columns) {
  const reportAreas: string[] = [];
  const numbers = new Map<string, number>();
  const reportAreaOf = areas.map((area) => {
    const path = source.graph.areaPath(area);
    if (!path.some(({ id }) => id === scope)) return NONE;
    const around = path.find(({ level }) => level === report_by)?.id ?? area;
    const number = numbers.get(around) ?? reportAreas.push(around) - 1;
    numbers.set(around, number);
    return number;
  });
  return { reportAreas, reportAreaOf };
}
