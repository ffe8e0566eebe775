import type { Change } from '../changes.ts';
import { homeOf } from '../changes.ts';
import type { TwinGraph } from './TwinGraph.ts';

/** The maps of the graph that changes edit. */
export const GRAPH_MAPS = [
  'areas',
  'organisations',
  'people',
  'accounts',
  'homes',
  'areaRelations',
  'areaWaivers',
  'homesOfArea',
  'areaPlaces',
  'childrenOfArea',
  'homesOfSubject',
  'homeOfDevice',
  'instruments',
  'areaBases',
  'guardedAnswers',
  'commands',
] as const satisfies readonly (keyof TwinGraph)[];
export type GraphMap = (typeof GRAPH_MAPS)[number];

/** What a change will edit in a graph: a map and a key of it, there already or not. It may name some that stay as they are. */
export function* touchedBy(graph: TwinGraph, change: Change): Generator<readonly [GraphMap, string]> {
  const home = homeOf(change);
  if (home !== null) yield ['homes', home];
  switch (change.kind) {
    case 'area_added':
      yield ['areas', change.area.id];
      if (change.area.parent) yield ['childrenOfArea', change.area.parent];
      break;
    case 'organisation_added':
      yield ['organisations', change.organisation.id];
      break;
    case 'person_added':
      yield ['people', change.person.id];
      break;
    case 'account_added':
      yield ['accounts', change.account.id];
      break;
    case 'area_placed':
      yield ['areaPlaces', change.area];
      break;
    case 'home_added':
      yield ['homesOfArea', change.home.area];
      break;
    case 'relation_added':
    case 'relation_ended':
      yield ['homes', change.object];
      yield ['areaRelations', change.subject];
      yield ['homesOfSubject', change.subject];
      break;
    case 'device_registered':
      yield ['homeOfDevice', change.device.id];
      break;
    case 'lease_signed':
      yield ['homesOfSubject', change.lease.tenant];
      yield ['homesOfSubject', change.lease.landlord];
      break;
    case 'lease_transitioned':
      yield ['commands', change.home];
      break;
    case 'basis_given':
      yield ['homesOfSubject', change.basis.grantee];
      break;
    case 'area_basis_given':
    case 'area_basis_ended':
      yield* basesTouchedBy(graph, change);
      break;
    case 'instrument_made':
      yield ['instruments', change.instrument.id];
      break;
    case 'instrument_transitioned':
      yield ['instruments', change.instrument];
      break;
    case 'waiver_given':
      if (change.waiver.area !== null) yield ['areaWaivers', change.waiver.area];
      break;
    case 'waiver_transitioned':
      if (change.area !== null) yield ['areaWaivers', change.area];
      break;
    case 'emergency_access_opened':
      yield ['homesOfSubject', change.access.party];
      break;
    case 'emergency_access_transitioned':
      if (change.party !== null) yield ['homesOfSubject', change.party];
      break;
    case 'command_issued':
      yield ['commands', change.command.home];
      break;
    case 'command_transitioned':
      yield ['commands', change.home];
      break;
    case 'guarded_answer_given':
      yield ['guardedAnswers', change.answer.organisation];
      break;
    default:
      break;
  }
}

/** The homes about which a change may say something: its own, and all of an area that it is about. */
export function* touchedHomes(graph: TwinGraph, change: Change): Generator<string> {
  switch (change.kind) {
    case 'relation_added':
    case 'relation_ended':
      if (graph.homes.has(change.object)) yield change.object;
      else yield* graph.homesWithin(change.object);
      break;
    case 'area_basis_given':
      yield* graph.homesWithin(change.basis.area);
      break;
    case 'area_placed':
      yield* graph.homesWithin(change.area);
      break;
    case 'area_basis_ended':
      for (const bases of graph.areaBases.values()) {
        const basis = bases.get(change.basis);
        if (basis) yield* graph.homesWithin(basis.area);
      }
      break;
    case 'waiver_transitioned':
      if (change.area !== null) yield* graph.homesWithin(change.area);
      else yield change.home!;
      break;
    default: {
      const home = homeOf(change);
      if (home !== null) yield home;
    }
  }
}

function* basesTouchedBy(
  graph: TwinGraph,
  change: Extract<Change, { kind: 'area_basis_given' | 'area_basis_ended' }>,
): Generator<readonly [GraphMap, string]> {
  if (change.kind === 'area_basis_given') yield ['areaBases', granteeKey(change.basis.grantee)];
  else for (const [key, bases] of graph.areaBases) if (bases.has(change.basis)) yield ['areaBases', key];
}

/** Under what a grantee stands in `areaBases`. */
export function granteeKey(grantee: { readonly party: string } | { readonly kind: string }): string {
  return 'kind' in grantee ? `kind ${grantee.kind}` : `party ${grantee.party}`;
}
