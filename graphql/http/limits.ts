import { EnvelopArmorPlugin } from '@escape.tech/graphql-armor';
import type { Plugin } from 'graphql-yoga';

/** The largest body of a request, in bytes. */
export const MAX_BODY = 256 * 1024;

/**
 * Bounds what one query may ask: a twin is a graph, so depth is generous, and cost counts pages by their `first`. How
 * many values it reaches at run time is bounded by the session.
 */
export function limits(): Plugin {
  return EnvelopArmorPlugin({
    maxDepth: { n: 14 },
    maxAliases: { n: 40 },
    maxDirectives: { n: 20 },
    maxTokens: { n: 3_000 },
    costLimit: { maxCost: 100_000, objectCost: 2, scalarCost: 1, depthCostFactor: 1.2 },
    blockFieldSuggestion: { enabled: false },
  }) as Plugin;
}
