import type { ResourceRef } from '../../engine/AccessRequest.ts';
import { LEAST_K } from '../../engine/obligations/aggregate.ts';
import { areaLevelOf } from '../../engine/obligations/hiddenPlaces.ts';
import type { Area } from '../../twin/changes.ts';
import { type Reading, readUnnamed } from './reading.ts';
import type { Session } from './Session.ts';
import { decideProperty, type PropertyView, refOf } from './views.ts';

/** A row of a list that names no home: at most a place, and a pseudonym where the policy allows one. */
export type UnnamedRow = {
  readonly homeId: null;
  readonly deviceId: null;
  readonly place: Area | null;
  readonly pseudonym: string | null;
  readonly property: string;
  readonly label: PropertyView['label'];
  readonly reading: Reading | Promise<Reading>;
};

type Placed = { readonly view: PropertyView; readonly place: Area | null; readonly key: string };

/**
 * The views, of those whose decisions let no home be named, that can stand in a list without one: in the list are at
 * least three homes of the same place that say the same property, and the list is about the whole of that place.
 */
export function unnameable(session: Session, views: readonly PropertyView[], scope: string | null): Set<PropertyView> {
  const placed = views.flatMap((view) => placedIn(session, view, scope) ?? []);
  const groups = Map.groupBy(placed, ({ view, place }) => JSON.stringify([place?.id, view.property.name]));
  const large = [...groups.values()].filter((group) => new Set(group.map(({ view }) => view.home)).size >= LEAST_K);
  return new Set(large.flat().map(({ view }) => view));
}

/**
 * At most so many rows of views that `unnameable` chose. Neither their order nor the ids of their decisions tell of which home they are:
 * they are sorted by a keyed name and decided apart from what names homes, in that order.
 */
export function unnamedRows(session: Session, views: ReadonlySet<PropertyView>, most: number): UnnamedRow[] {
  const apart = session.apart();
  const rows = [...views].flatMap((view) => placedIn(session, view, null) ?? []);
  rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  return rows.slice(0, most).map(({ view, place }) => ({
    homeId: null,
    deviceId: null,
    place,
    pseudonym: decideProperty(session, view).outcome === 'pseudonymous' ? pseudonymOf(session, view) : null,
    property: view.property.name,
    label: view.label,
    reading: readUnnamed(apart, view),
  }));
}

/** Where a view may be placed; null when that is not wholly within what the list is about. */
function placedIn(session: Session, view: PropertyView, scope: string | null): Placed | null {
  const { graph, pseudonym } = session.ports;
  const level = areaLevelOf(decideProperty(session, view));
  const place = level === null ? null : graph.areaPath(view.home.home.area).find((area) => area.level === level);
  if (place === undefined || (scope !== null && place !== null && !graph.liesWithin(place.id, scope))) return null;
  const ref: ResourceRef = refOf(view);
  return { view, place, key: pseudonym(`order\n${JSON.stringify(ref)}`) };
}

/** Names the home alike for one requester and purpose, and otherwise for every other: two of them cannot join lists. */
function pseudonymOf({ caller, ports }: Session, { home, purpose }: PropertyView): string {
  const requester = caller.subject.organisation?.id ?? caller.subject.person ?? caller.subject.account;
  return ports.pseudonym(`home\n${JSON.stringify([requester, purpose, home.home.id])}`);
}
