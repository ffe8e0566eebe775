import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { ResourceRef } from '../AccessRequest.ts';

/** A fact that a decision needed and that was missing or too old: how old its last value was, and what would settle it. */
export type MissingFact = {
  /** Its path in the policy input. */
  readonly path: string;
  /** When its last value came, ISO 8601 in UTC; null when none ever did, or it is not for the reader. */
  readonly lastAt: string | null;
  /** In whole seconds. */
  readonly ageSeconds: number | null;
  readonly remedy: string;
};

type Doubtful = {
  readonly remedy: string;
  /** When its last value came, in milliseconds since 1970. */
  readonly lastAt: (graph: TwinGraph, resource: ResourceRef) => number | null;
};

/** The facts that can be in doubt, by their paths: those that a rule may name in `needs`. */
const DOUBTFUL: Readonly<Record<string, Doubtful>> = {
  'resource.device.last_seen': {
    remedy: 'a message of the device: wake it, or see to its battery and its connection',
    lastAt(graph, resource) {
      const id = resource.type === 'property' ? resource.device : resource.type === 'device' ? resource.id : null;
      const home = 'home' in resource ? graph.homes.get(resource.home) : undefined;
      return (id === null ? undefined : home?.devices.get(id))?.lastSeenAt ?? null;
    },
  },
};

/** The paths that a rule can name in `needs`. */
export const DOUBTFUL_FACTS: readonly string[] = Object.keys(DOUBTFUL);

/**
 * What is to be told of the fact that a rule needs, as of an instant (milliseconds since 1970). A value that came after it
 * is not told: the decision did not know it.
 */
export function missingFact(
  path: string,
  { graph, resource, at }: { readonly graph: TwinGraph; readonly resource: ResourceRef | null; readonly at: number },
): MissingFact {
  const doubtful = Object.hasOwn(DOUBTFUL, path) ? DOUBTFUL[path] : undefined;
  const last = resource && doubtful ? doubtful.lastAt(graph, resource) : null;
  const known = last !== null && last <= at ? last : null;
  return {
    path,
    lastAt: known === null ? null : new Date(known).toISOString(),
    ageSeconds: known === null ? null : Math.floor((at - known) / 1000),
    remedy: doubtful?.remedy ?? `a value of \`${path}\``,
  };
}
