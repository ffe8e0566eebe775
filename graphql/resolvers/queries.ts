import { hidesHome } from '../../engine/obligations/hiddenPlaces.ts';
import type { Area } from '../../twin/changes.ts';
import type { AlarmState, Category, Purpose } from '../../twin/words.ts';
import { accessAtInstant } from './accessAtInstant.ts';
import type { Resolve } from './Context.ts';
import { deadLettersFor } from './deadLetters.ts';
import { clausesOf, decide, explainDecision } from './decisions.ts';
import { checkFirst, fromCursor, MOST_IN_PAGE, toCursor } from './page.ts';
import { readProperty } from './reading.ts';
import { alarmsOf, consentsOf, leasesOf } from './records.ts';
import type { Session } from './Session.ts';
import { type StatisticsArgs, statistics } from './statistics.ts';
import { unnameable, unnamedRows } from './unnamedRows.ts';
import { decideProperty, type HomeView, listedProperties, type PropertyView } from './views.ts';
import { visibleHome, visibleHomes } from './visibility.ts';

type Query<Args, Result> = Resolve<unknown, Args, Result>;
type Asked = { readonly purpose?: Purpose | null };
type Where = Asked & { readonly home?: string | null; readonly area?: string | null };

const MOST_ROWS = 2_000;

const viewer: Query<object, unknown> = (_root, _args, { session }) => {
  const { subject } = session.caller;
  const { account, roles } = subject;
  return { account, tier: session.caller.tier, roles, purpose: session.purpose(null) };
};

const areas: Query<{ parent?: string | null }, Area[]> = (_root, { parent }, { session }) =>
  childrenOf(session, parent ?? null);

const area: Query<{ id: string }, Area | null> = (_root, { id }, { session }) =>
  session.ports.graph.areas.get(id) ?? null;

type HomesArgs = Asked & { readonly area?: string | null; readonly first: number; readonly after?: string | null };
const homes: Query<HomesArgs, unknown> = (_root, { area: within, first, after, purpose }, { session }) => {
  checkFirst(first, MOST_IN_PAGE);
  const all = visibleHomes(session.ports.graph, session.caller, within);
  // A cursor is a place in the order of ids and not a home: it tells nothing of a home that it happens to name.
  const rest = after == null ? all : all.filter(({ home }) => home.id > fromCursor(after));
  const page = rest.slice(0, first);
  const edges = page.map((home) => ({
    cursor: toCursor(home.home.id),
    node: { home, purpose: session.purpose(purpose) } satisfies HomeView,
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: rest.length > page.length, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: all.length,
  };
};

const home: Query<{ id: string } & Asked, HomeView | null> = (_root, { id, purpose }, { session }) => {
  const found = visibleHome(session.ports.graph, session.caller, id);
  return found && { home: found, purpose: session.purpose(purpose) };
};

type ReadingsArgs = Where & {
  readonly property?: string | null;
  readonly category?: Category | null;
  readonly first: number;
};
const readings: Query<ReadingsArgs, unknown[]> = (_root, { property, category, first, ...where }, { session }) => {
  checkFirst(first, MOST_ROWS);
  const views = viewsIn(session, where, (view) => listedProperties(session, view, property ?? null), category ?? null);
  const page = taken(views, first);
  const isHidden = (view: PropertyView) => hidesHome(decideProperty(session, view));
  const hidden = page.filter(isHidden);
  if (where.home != null || hidden.length === 0) return page.map((view) => namedRow(session, view));
  // Whether a home can go unnamed depends on all that are like it.
  hidden.push(...views.filter(isHidden));
  const unnamed = unnameable(session, hidden, where.area ?? null);
  const named = page.filter((view) => !unnamed.has(view)).map((view) => namedRow(session, view));
  return [...named, ...unnamedRows(session, unnamed, first - named.length)];
};

const alarms: Query<Where & { state?: AlarmState | null }, unknown[]> = (_root, { state, ...where }, { session }) =>
  homesAt(session, where)
    .flatMap((view) => alarmsOf(session, view, state) as { raisedAt: string }[])
    .sort((a, b) => (a.raisedAt < b.raisedAt ? -1 : 1));

const leases: Query<{ home: string } & Asked, unknown[]> = (_root, where, { session }) =>
  homesAt(session, where).flatMap((view) => leasesOf(session, view));

const consents: Query<{ home: string } & Asked, unknown[]> = (_root, where, { session }) =>
  homesAt(session, where).flatMap((view) => consentsOf(session, view));

const deadLetters: Query<{ first: number }, Promise<unknown[]>> = async (_root, { first }, { session }) => {
  checkFirst(first, MOST_ROWS);
  return deadLettersFor(session, first);
};

/** The resolvers of what can be asked, and of areas. */
export const queryResolvers = {
  Query: {
    viewer,
    areas,
    area,
    homes,
    home,
    readings,
    alarms,
    leases,
    consents,
    statistics: ((_root, args, { session }) => statistics(session, args)) satisfies Query<StatisticsArgs, unknown>,
    decide,
    explain: explainDecision,
    accessAt: accessAtInstant,
    deadLetters,
    clauses: ((_root, { ids }, { session }) => clausesOf(session.ports, ids)) satisfies Query<
      { ids: string[] },
      unknown
    >,
  },
  Area: {
    parent: ((node, _args, { session }) => session.ports.graph.areas.get(node.parent ?? '')) satisfies Resolve<
      Area,
      object,
      unknown
    >,
    children: ((node, _args, { session }) => childrenOf(session, node.id)) satisfies Resolve<Area, object, unknown>,
  },
};

/** The properties that a question about several homes is about, in the order of the homes. */
function* viewsIn(
  session: Session,
  where: Where,
  listed: (view: HomeView) => readonly PropertyView[],
  category: Category | null,
): Generator<PropertyView, undefined> {
  for (const view of homesAt(session, where)) {
    for (const each of listed(view)) if (category === null || each.label.category === category) yield each;
  }
}

/** The next of an iterator, which can go on afterwards. */
function taken<Value>(values: Iterator<Value, undefined>, most: number): Value[] {
  const found: Value[] = [];
  while (found.length < most) {
    const next = values.next();
    if (next.done) break;
    found.push(next.value);
  }
  return found;
}

function namedRow(session: Session, view: PropertyView) {
  const { home, device, property, label } = view;
  return {
    homeId: home.home.id,
    deviceId: device.device.id,
    place: session.ports.graph.areas.get(home.home.area),
    pseudonym: null,
    property: property.name,
    label,
    reading: readProperty(session, view),
  };
}

/** The homes that a question is about: one, or those of an area, or all that the caller can see. */
function homesAt(session: Session, { home: id, area: within, purpose }: Where): HomeView[] {
  const { ports, caller } = session;
  const asked = session.purpose(purpose);
  if (id == null) return visibleHomes(ports.graph, caller, within).map((each) => ({ home: each, purpose: asked }));
  const found = visibleHome(ports.graph, caller, id);
  return found ? [{ home: found, purpose: asked }] : [];
}

function childrenOf({ ports: { graph } }: Session, parent: string | null): Area[] {
  if (parent === null) return [...graph.areas.values()].filter((each) => each.parent === null);
  return [...(graph.childrenOfArea.get(parent) ?? [])].flatMap((id) => graph.areas.get(id) ?? []);
}
