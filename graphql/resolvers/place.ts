import { allowsWhole } from '../../engine/fulfil.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { GeoPlace } from '../../twin/changes.ts';
import { placeOf } from '../../twin/graph/placeOf.ts';
import { allowed } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { householdEntry } from './household.ts';
import type { HomeView } from './views.ts';
import { seenHome } from './visibility.ts';

type PlaceArgs = { readonly home: string } & GeoPlace;

/** Where a home stands; null when nobody said, and when the caller may not read the record of the home. */
const place: Resolve<HomeView, object, unknown> = ({ home, purpose }, _args, { session }) => {
  const ref = { type: 'home', home: home.home.id, id: home.home.id } as const;
  const decision = session.decide('read', purpose, ref);
  return allowsWhole(decision) && session.settle(decision, ref) !== null ? placeOf(session.ports.graph, home) : null;
};

const placeHome: Resolve<unknown, PlaceArgs, Promise<unknown>> = async (_root, { home: id, ...asked }, { session }) => {
  const { graph, commit } = session.ports;
  const home = seenHome(graph, session.caller, id);
  await allowed(session, 'manage', session.purpose(null), { type: 'home', home: id, id });
  await commit(
    [{ kind: 'home_placed', home: id, place: acceptPlace(asked) }],
    [householdEntry(session, home, 'home_place', id, 'set')],
  );
  return placeOf(graph, graph.home(id));
};

/** The resolvers of where homes stand. */
export const placeResolvers = { Mutation: { placeHome }, Home: { place } };

/** Throws `twin:place.invalid` for what is nowhere. A kilometre is as fine as the sun needs it, and no finer is kept. */
function acceptPlace({ latitude, longitude, timeZone }: GeoPlace): GeoPlace {
  if (!(Math.abs(latitude) <= 90))
    throw nowhere(`\`${latitude}\` is no latitude`, 'degrees from -90 to 90, north is positive');
  if (!(Math.abs(longitude) <= 180))
    throw nowhere(`\`${longitude}\` is no longitude`, 'degrees from -180 to 180, east is positive');
  if (!isZone(timeZone)) throw nowhere(`\`${timeZone}\` is no time zone`, 'a zone is such as Asia/Shanghai');
  return { latitude: rounded(latitude), longitude: rounded(longitude), timeZone };
}

function nowhere(message: string, hint: string): CodedError {
  return new CodedError('twin:place.invalid', message, { hint });
}

function isZone(timeZone: string): boolean {
  // Offsets such as +08:00 are zones to `Intl`, too, and have no calendar.
  if (!/^[A-Z]/.test(timeZone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

function rounded(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}
