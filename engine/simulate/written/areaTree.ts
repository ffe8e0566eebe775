import type { Area } from '../../../twin/changes.ts';
import type { AreaTotal } from '../ImpactReport.ts';

/** An area of a report with the areas in it, by their ids. */
export type AreaBranch = AreaTotal & { readonly name: string; readonly parts: readonly AreaBranch[] };

/** The tree of the areas of a report, from that of its scenario down. Null where it has none. */
export function areaTree(totals: readonly AreaTotal[], areas: ReadonlyMap<string, Area>): AreaBranch | null {
  const known = new Set(totals.map(({ area }) => area));
  const inside = Map.groupBy(totals, ({ area }) => {
    const parent = areas.get(area)?.parent ?? '';
    return known.has(parent) ? parent : '';
  });
  const branch = (total: AreaTotal): AreaBranch => ({
    ...total,
    name: areas.get(total.area)?.name ?? total.area,
    parts: (inside.get(total.area) ?? []).map(branch),
  });
  const [root] = inside.get('') ?? [];
  return root ? branch(root) : null;
}
