import { CodedError } from '../../twin/CodedError.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import {
  AGE_BANDS,
  AREA_LEVELS,
  type LeaseState,
  ORGANISATION_KINDS,
  type OrganisationKind,
} from '../../twin/words.ts';
import { nearest } from '../clauses/nearest.ts';
import { localOrganisations } from '../simulate/localOrganisations.ts';

/** What stands for something that each home has one of, such as `$lease`, or `$device(hall/smoke)` for a device by its name. */
const PLACEHOLDER = /\$([a-z_0-9]+)(?:\(([^)]*)\))?/g;

type Asked = { readonly lease: LeaseState; readonly name: string | undefined };
type Read = (graph: TwinGraph, home: HomeNode, asked: Asked) => string | undefined;

/** What changes for many homes may name, by the word after the `$`. */
const PLACEHOLDERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['home', (_, { home }) => home.id],
  ['lease', (_, home, { lease }) => leaseOf(home, lease)?.id],
  ['tenant', (_, home, { lease }) => leaseOf(home, lease)?.tenant],
  ['landlord', (_, home, { lease }) => leaseOf(home, lease)?.landlord],
  [
    'device',
    (_, { devices }, { name }) => devices.values().find((each) => name === undefined || each.name === name)?.device.id,
  ],
  // The first who lives there, and the first of an age.
  ['resident', (graph, home) => residentsOf(graph, home).next().value?.id],
  ...AGE_BANDS.map((band): [string, Read] => [
    band,
    (graph, home) => residentsOf(graph, home).find(({ ageBand }) => ageBand === band)?.id,
  ]),
  // The area of a level around it, and the organisation of a kind that serves it.
  ...AREA_LEVELS.map((level): [string, Read] => [
    level,
    (graph, { home }) => graph.areaPath(home.area).find((area) => area.level === level)?.id,
  ]),
  ...ORGANISATION_KINDS.map((kind): [string, Read] => [
    kind,
    (graph, { home }) => {
      const local = localOf(graph, kind);
      return graph.areaPath(home.area).flatMap(({ id }) => local.get(id)?.id ?? [])[0];
    },
  ]),
]);

/** They are the same for all homes, and take a while to find. */
const locals = new WeakMap<TwinGraph, Map<OrganisationKind, ReturnType<typeof localOrganisations>>>();

function localOf(graph: TwinGraph, kind: OrganisationKind): ReturnType<typeof localOrganisations> {
  const known = locals.get(graph) ?? new Map();
  locals.set(graph, known);
  const local = known.get(kind) ?? localOrganisations(graph, kind);
  known.set(kind, local);
  return local;
}

/** Throws `scenario:placeholder.unknown` for what stands for nothing. */
export function requirePlaceholders(text: string, path: string): void {
  for (const [whole, name] of text.matchAll(PLACEHOLDER)) {
    if (PLACEHOLDERS.has(name!)) continue;
    const known = [...PLACEHOLDERS.keys()];
    const [guess] = nearest(name!, known, 1);
    throw new CodedError('scenario:placeholder.unknown', `\`${whole}\` stands for nothing`, {
      place: { path },
      hint:
        guess === undefined
          ? `known are ${known.map((each) => `\`$${each}\``).join(', ')}`
          : `did you mean \`$${guess}\`?`,
    });
  }
}

/** A text of JSON with what this home has in the place of placeholders; null where it lacks one of them. */
export function filledIn(text: string, graph: TwinGraph, home: HomeNode, lease: LeaseState): string | null {
  let lacks = false;
  const filled = text.replaceAll(PLACEHOLDER, (_, word: string, name: string | undefined) => {
    const value = PLACEHOLDERS.get(word)?.(graph, home, { lease, name });
    lacks ||= value === undefined;
    // Names of devices may hold what ends a text in JSON.
    return JSON.stringify(value ?? '').slice(1, -1);
  });
  return lacks ? null : filled;
}

function leaseOf({ leases }: HomeNode, wanted: LeaseState) {
  return leases.values().find(({ state }) => state === wanted)?.lease;
}

function residentsOf(graph: TwinGraph, { people }: HomeNode) {
  return people.entries().flatMap(([id, known]) => {
    const person = known.has('resident') ? graph.people.get(id) : undefined;
    return person ? [person] : [];
  });
}
