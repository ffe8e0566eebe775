import type { Asking } from '../AccessRequest.ts';
import { type Placed, toInput } from '../facts/gatherFacts.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Columns } from './Columns.ts';
import type { PropertyClass } from './DeviceClasses.ts';
import type { FactColumn } from './FactColumn.ts';

/** One cell by numbers: the home, the class of one of its devices' properties, and who asks at which instant. */
export type NumberedCell = {
  readonly home: number;
  readonly property: PropertyClass;
  readonly asking: Asking;
  /** In milliseconds since 1970. */
  readonly now: number;
};

/** The input of a cell as the columns hold it: what `gatherFacts` reads of the home at their revision. */
export function cellInput(columns: Columns, { home, property, asking, now }: NumberedCell): PolicyInput {
  const { homeColumns, homeTuples, requestColumns, deviceClasses } = columns;
  const tuple = homeTuples.tuple(columns.tupleOf.at(home));
  return toInput([
    ...requestColumns.map(({ fact }) => ({ path: fact.path, value: fact.read(asking, now) })),
    ...valuesOf(homeColumns, tuple),
    ...pairValues(columns, home, asking, tuple.slice(homeColumns.length)),
    ...valuesOf(deviceClasses.columns, property.facts),
  ]);
}

function pairValues(columns: Columns, home: number, asking: Asking, ofHome: readonly number[]): Placed {
  const { pairColumns, pairTuples, areas, source } = columns;
  const pairs = columns.pairs(asking);
  const related = pairs.related.get(home);
  if (related !== undefined) return valuesOf(pairColumns, pairTuples.tuple(related));
  const area = areas[columns.areaOf.at(home)]!;
  const [ofArea, broughtIn] = [pairs.ofArea(source.graph, area), pairs.broughtIn(source.graph, area)];
  let [fromArea, fromHome] = [0, 0];
  return pairColumns.map((column) => {
    const { path, ofStranger, fromArea: joining } = column.fact;
    if (ofStranger === 'area') return { path, value: column.value(ofArea[fromArea++]!) };
    const brought = broughtIn[fromHome];
    const value = column.value(ofHome[fromHome++]!);
    return { path, value: joining && brought != null ? joining.join(value, brought) : value };
  });
}

function valuesOf(columns: readonly FactColumn[], digests: readonly number[]): Placed {
  return columns.map((column, at) => ({ path: column.fact.path, value: column.value(digests[at]!) }));
}
