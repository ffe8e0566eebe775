import type { Area } from '../../../twin/changes.ts';
import type { AreaLine } from '../ImpactReport.ts';

/** An area of a report with what is within it: how many cells it has, and how many of them change. */
export type AreaBranch = {
  readonly id: string;
  readonly name: string;
  readonly level: Area['level'] | null;
  readonly cells: number;
  readonly changed: number;
  /** The areas in it, those with the most cells first. */
  readonly parts: readonly AreaBranch[];
};

/**
 * The tree of the areas that a report tells apart, with those around them up to the first that holds them all. Cells add up:
 * each stands in one area of the report.
 */
export function areaTree(lines: readonly AreaLine[], areas: ReadonlyMap<string, Area>): AreaBranch | null {
  const own = new Map<string, { cells: number; changed: number }>();
  const inside = new Map<string, Set<string>>();
  const tops = new Set<string>();
  for (const { area, from, to, cells } of lines) {
    for (let [id, below]: [string | null, string | null] = [area, null]; id !== null; ) {
      const sum = own.get(id) ?? { cells: 0, changed: 0 };
      sum.cells += cells;
      if (from !== to) sum.changed += cells;
      own.set(id, sum);
      const parts = inside.get(id) ?? new Set();
      if (below !== null) parts.add(below);
      inside.set(id, parts);
      const parent: string | null = areas.get(id)?.parent ?? null;
      if (parent === null) tops.add(id);
      [id, below] = [parent, id];
    }
  }
  const branch = (id: string): AreaBranch => ({
    id,
    name: areas.get(id)?.name ?? id,
    level: areas.get(id)?.level ?? null,
    ...own.get(id)!,
    parts: [...inside.get(id)!].map(branch).sort((a, b) => b.cells - a.cells || (a.id < b.id ? -1 : 1)),
  });
  const [top, ...others] = [...tops].sort().map(branch);
  if (!top || others.length > 0) return null;
  return withoutShell(top);
}

/** A province that holds nothing but one city says nothing. */
function withoutShell(branch: AreaBranch): AreaBranch {
  const [only, ...others] = branch.parts;
  return only && others.length === 0 && only.parts.length > 0 ? withoutShell(only) : branch;
}
