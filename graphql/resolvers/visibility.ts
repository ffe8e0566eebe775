import type { Subject } from '../../engine/AccessRequest.ts';
import { granteesOf, relationsOf } from '../../engine/facts/pairFacts.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Caller } from './Caller.ts';

/**
 * The home of this id, when the caller can see it; null for every other id, whether it exists or not (DH-6.2.4-5).
 * A home is visible to those who have a relation to it, whose area it lies in, or who hold a basis in force there.
 */
export function visibleHome(graph: TwinGraph, caller: Caller, id: string): HomeNode | null {
  const home = graph.homes.get(id);
  return home && canSee(graph, caller, home) ? home : null;
}

/** As `visibleHome`, for what needs a home to go on: throws the same `twin:home.not_found` for both. */
export function seenHome(graph: TwinGraph, caller: Caller, id: string): HomeNode {
  const home = visibleHome(graph, caller, id);
  if (!home) throw new CodedError('twin:home.not_found', `no home \`${id}\``);
  return home;
}

/** All homes that the caller can see, in an area when one is given, by id. */
export function visibleHomes(graph: TwinGraph, caller: Caller, area?: string | null): HomeNode[] {
  const ids = new Set<string>();
  for (const id of candidates(graph, caller)) ids.add(id);
  const homes: HomeNode[] = [];
  for (const id of ids) {
    const home = graph.homes.get(id);
    if (!home || (area != null && !graph.liesWithin(home.home.area, area))) continue;
    if (canSee(graph, caller, home)) homes.push(home);
  }
  return homes.sort((a, b) => (a.home.id < b.home.id ? -1 : 1));
}

function canSee(graph: TwinGraph, { kind, subject }: Caller, home: HomeNode): boolean {
  if (kind === 'administrator') return true;
  return relationsOf(graph, home, subject).length > 0 || holdsBasis(graph, home, subject);
}

function holdsBasis(graph: TwinGraph, home: HomeNode, subject: Subject): boolean {
  if (granteesOf(subject).some((grantee) => graph.areaBasesFor(grantee, home.home.area).length > 0)) return true;
  for (const { grantee } of home.bases.values()) {
    if (grantee === subject.person || grantee === subject.organisation?.id) return true;
  }
  return false;
}

/** Every home that the caller might see, with repeats: looked up from the caller's side, so that others cost nothing. */
function* candidates(graph: TwinGraph, { kind, subject }: Caller): Generator<string> {
  if (kind === 'administrator') yield* graph.homes.keys();
  if (subject.area) yield* graph.homesWithin(subject.area);
  for (const id of [subject.person, subject.organisation?.id]) {
    if (!id) continue;
    yield* graph.homesOfSubject.get(id) ?? [];
    for (const area of graph.areaRelations.get(id)?.keys() ?? []) yield* graph.homesWithin(area);
  }
  for (const grantee of granteesOf(subject)) {
    for (const { area } of graph.areaBasesFor(grantee)) yield* graph.homesWithin(area);
  }
}
