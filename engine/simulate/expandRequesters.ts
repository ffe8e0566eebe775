import { CodedError } from '../../twin/CodedError.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { AREA_LEVELS, ORGANISATION_KINDS } from '../../twin/words.ts';
import type { Each, Requester, RequesterPattern } from './Scenario.ts';

/** So many may ask in one scenario: a report tells them apart. */
const MOST_REQUESTERS = 1_000;

/** The members that a pattern may have several of, in the order in which ids name them. */
const PATTERNED = ['organisation', 'tier', 'area', 'roles', 'assurance', 'multi_factor', 'channel'] as const;
type Patterned = (typeof PATTERNED)[number];

/** What a pattern has in one place: its value, and what it adds to the id. */
type Choice = { readonly value: unknown; readonly name: string | null };

/**
 * All who ask, each written out: a pattern becomes one requester for each combination of what it says `each` of, whose id
 * has those behind it (`company.property-company-3`).
 *
 * Throws `scenario:requesters.none` for a pattern that matches nothing, and `scenario:requesters.too_many`.
 */
export function expandRequesters(
  patterns: readonly RequesterPattern[],
  graph: TwinGraph,
): readonly ExpandedRequester[] {
  const expanded: ExpandedRequester[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const choices = PATTERNED.map((member) => choicesOf(pattern, member, graph, `/requesters/${index}`));
    const count = choices.reduce((product, { length }) => product * length, 1);
    if (expanded.length + count > MOST_REQUESTERS) throw tooMany(pattern.id, index, expanded.length + count);
    for (const combination of combinationsOf(choices)) expanded.push(requesterOf(pattern, index, combination));
  }
  assertOwnIds(expanded);
  return expanded;
}

/** One requester, and the pattern that it is of, by its place in the scenario. */
export type ExpandedRequester = { readonly requester: Requester; readonly index: number };

function choicesOf(pattern: RequesterPattern, member: Patterned, graph: TwinGraph, path: string): readonly Choice[] {
  const value = pattern[member];
  if (!isEach(value)) return [{ value, name: null }];
  const values = valuesOf(member, value.each, graph);
  if (values.length === 0) {
    throw new CodedError(
      'scenario:requesters.none',
      `the requester \`${pattern.id}\` matches nothing: the population has no ${String(value.each)}`,
      {
        place: { path: `${path}/${member}/each` },
        hint: kindsThere(member, graph),
      },
    );
  }
  return values.map((each) => ({ value: each, name: Array.isArray(each) ? each.join('+') || 'none' : String(each) }));
}

function isEach(value: unknown): value is Each<unknown> {
  return typeof value === 'object' && value !== null && 'each' in value;
}

/** What `each` stands for: all organisations of a kind, all areas of a level, or what it lists. */
function valuesOf(member: Patterned, each: unknown, graph: TwinGraph): readonly unknown[] {
  if (Array.isArray(each)) return each;
  const found =
    member === 'organisation'
      ? [...graph.organisations.values()].filter(({ kind }) => kind === each)
      : [...graph.areas.values()].filter(({ level }) => level === each);
  return found.map(({ id }) => id).sort(byNumber);
}

/** `office-2` before `office-10`. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function kindsThere(member: Patterned, graph: TwinGraph): string {
  const [words, there] =
    member === 'organisation'
      ? [ORGANISATION_KINDS, new Set([...graph.organisations.values()].map(({ kind }) => kind as string))]
      : [AREA_LEVELS, new Set([...graph.areas.values()].map(({ level }) => level as string))];
  const known = words.filter((word) => there.has(word));
  return known.length === 0 ? 'it has none of any kind' : `it has ${known.map((word) => `\`${word}\``).join(', ')}`;
}

function combinationsOf(choices: readonly (readonly Choice[])[]): readonly (readonly Choice[])[] {
  return choices.reduce<readonly (readonly Choice[])[]>(
    (combinations, choice) => combinations.flatMap((before) => choice.map((each) => [...before, each])),
    [[]],
  );
}

function requesterOf(pattern: RequesterPattern, index: number, combination: readonly Choice[]): ExpandedRequester {
  const members = PATTERNED.flatMap((member, at) => {
    const { value } = combination[at]!;
    return value === undefined ? [] : [[member, value]];
  });
  const names = combination.flatMap(({ name }) => name ?? []);
  const id = [pattern.id, ...names].join('.');
  return { requester: { ...pattern, ...Object.fromEntries(members), id } as Requester, index };
}

function assertOwnIds(requesters: readonly ExpandedRequester[]): void {
  const ids = new Set<string>();
  for (const { requester, index } of requesters) {
    if (ids.has(requester.id)) {
      throw new CodedError('scenario:requesters.not_own', `two requesters are called \`${requester.id}\``, {
        place: { path: `/requesters/${index}/id` },
        hint: 'call the pattern otherwise',
      });
    }
    ids.add(requester.id);
  }
}

function tooMany(id: string, index: number, count: number): CodedError {
  const said = `with \`${id}\` there are ${count.toLocaleString('en-GB')} requesters, and none may have more than ${MOST_REQUESTERS.toLocaleString('en-GB')}`;
  return new CodedError('scenario:requesters.too_many', said, {
    place: { path: `/requesters/${index}` },
    hint: 'ask for the one that serves a home, `{ local: .. }`, or name some',
  });
}
