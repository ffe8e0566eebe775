import type { Organisation } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { OrganisationKind } from '../../twin/words.ts';

/**
 * The organisation of a kind that serves an area, by area: whose own area it is, or that has a relation to it. The first
 * by id where there are several.
 */
export function localOrganisations(graph: TwinGraph, kind: OrganisationKind): ReadonlyMap<string, Organisation> {
  const serving = new Map<string, Organisation>();
  const organisations = [...graph.organisations.values()].filter((one) => one.kind === kind);
  for (const organisation of organisations.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const related = [...(graph.areaRelations.get(organisation.id) ?? [])].flatMap(([area, { size }]) =>
      size > 0 ? [area] : [],
    );
    for (const area of organisation.area ? [organisation.area, ...related] : related) {
      if (!serving.has(area)) serving.set(area, organisation);
    }
  }
  return serving;
}
