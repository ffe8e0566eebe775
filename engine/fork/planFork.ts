import { CodedError } from '../../twin/CodedError.ts';
import { type Change, homeOf } from '../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { endLease } from '../endLease.ts';
import type { Fork, ForkedHomes } from '../simulate/Scenario.ts';
import { filledIn, requirePlaceholders } from './placeholders.ts';

/** What a fork does to a population, home by home. */
export type ForkPlan = {
  /** What belongs to no home, and comes before them all. */
  readonly ofAreas: readonly Change[];
  /** Applies to a home what happens to it, and returns what that was. Throws `scenario:change.refused`. */
  readonly applyTo: (graph: TwinGraph, home: HomeNode) => readonly Change[];
  /** Throws `scenario:fork.nothing` for what happened to no home, once all have been seen. */
  readonly assertMatched: () => void;
};

type Entry = Fork['changes'][number];

/**
 * Reads the changes of a fork. A lease that ends takes with it what it takes in the twin: its household, what that had
 * allowed, and the occupancy. Throws `scenario:placeholder.unknown`.
 */
export function planFork(changes: Fork['changes'], areas: TwinGraph): ForkPlan {
  const paths = changes.map((_, index) => `/population/fork/changes/${index}`);
  for (const [index, entry] of changes.entries()) {
    if (isForHomes(entry)) requirePlaceholders(JSON.stringify(entry.changes), `${paths[index]}/changes`);
  }
  const matched = changes.map((entry) => !isForHomes(entry) && ownHome(entry, areas) === null);
  return {
    ofAreas: changes.filter((entry): entry is Change => !isForHomes(entry) && ownHome(entry, areas) === null),
    applyTo(graph, home) {
      const applied: Change[] = [];
      for (const [index, entry] of changes.entries()) {
        const happens = isForHomes(entry) ? forHome(entry, index, graph, home) : ofHome(entry, home, areas);
        for (const change of happens) applied.push(...apply(graph, change, paths[index]!));
        matched[index] ||= happens.length > 0;
      }
      return applied;
    },
    assertMatched() {
      const index = matched.indexOf(false);
      if (index === -1) return;
      throw new CodedError('scenario:fork.nothing', 'this happens to no home of the population', {
        place: { path: paths[index]! },
        hint: 'homes that lack what a placeholder stands for are left out',
      });
    },
  };
}

function isForHomes(entry: Entry): entry is ForkedHomes {
  return 'homes' in entry;
}

/** The home that a change belongs to; a relation belongs to its home, unless it is one to an area. */
function ownHome(change: Change, { areas }: TwinGraph): string | null {
  if (change.kind !== 'relation_added' && change.kind !== 'relation_ended') return homeOf(change);
  return areas.has(change.object) ? null : change.object;
}

function ofHome(change: Change, { home }: HomeNode, areas: TwinGraph): readonly Change[] {
  return ownHome(change, areas) === home.id ? [change] : [];
}

function forHome({ homes, changes }: ForkedHomes, entry: number, graph: TwinGraph, home: HomeNode): readonly Change[] {
  if (!isMeant(homes, graph, home)) return [];
  if (homes.share !== undefined && shareOf(`${entry} ${home.home.id}`) >= homes.share) return [];
  const filled = filledIn(JSON.stringify(changes), graph, home, homes.lease ?? 'active');
  return filled === null ? [] : (JSON.parse(filled) as readonly Change[]);
}

function isMeant(homes: ForkedHomes['homes'], graph: TwinGraph, home: HomeNode): boolean {
  const { area, occupancy, flags = [], lease, lives_there: band } = homes;
  if (area !== undefined && !graph.liesWithin(home.home.area, area)) return false;
  if (occupancy && !occupancy.includes(home.occupancy)) return false;
  if (!flags.every((flag) => home.flags.has(flag))) return false;
  if (lease && !home.leases.values().some(({ state }) => state === lease)) return false;
  const lives = ([id, known]: [string, ReadonlySet<string>]) =>
    known.has('resident') && graph.people.get(id)?.ageBand === band;
  return band === undefined || home.people.entries().some(lives);
}

/** A number from 0 up to 1 that a text always has: FNV-1a, its bits mixed as MurmurHash3 does at its end. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function apply(graph: TwinGraph, change: Change, path: string): readonly Change[] {
  try {
    const ends = change.kind === 'lease_transitioned' && change.to === 'ended';
    const whole = ends ? endLease(graph, change) : [change];
    for (const each of whole) graph.apply(each);
    return whole;
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    const { message, hint } = cause;
    const said = `the twin refuses this change: ${message}`;
    throw new CodedError('scenario:change.refused', said, {
      place: { path },
      cause,
      ...(hint !== undefined && { hint }),
    });
  }
}
