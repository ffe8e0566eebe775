import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { livingThings, strandedIn } from '../../twin/lifecycles/migrate.ts';
import type { RulesInForce } from '../rules/RulesInForce.ts';
import type { BundleChanges } from './compareBundles.ts';
import { refused } from './parseBundle.ts';

/** What of the twin goes on otherwise when a bundle becomes active. Policies alone touch nothing. */
export type Migration = {
  /** Rules that change or go, and the devices for which each has counted something: of what is counted otherwise it starts anew. */
  readonly rules: readonly { readonly rule: string; readonly devices: number }[];
  /** Lifecycles that are others, and how many things are in one of their states. */
  readonly lifecycles: readonly {
    readonly lifecycle: string;
    readonly things: number;
    /** States that the bundle's lifecycle does not have, with the things that are in them: it could not move them. */
    readonly stranded: readonly { readonly state: string; readonly things: readonly string[] }[];
  }[];
};

/** Says before an activation what it will migrate. */
export function migrationOf(
  { rules, lifecycles, states }: BundleChanges,
  { inForce, graph }: { readonly inForce: RulesInForce; readonly graph: TwinGraph },
): Migration {
  const touched = new Set([...rules.changed, ...rules.removed]);
  const counts = new Map<string, number>();
  for (const [lifecycle] of livingThings(graph)) counts.set(lifecycle, (counts.get(lifecycle) ?? 0) + 1);
  const others = [...lifecycles.added, ...lifecycles.changed, ...lifecycles.removed];
  // One that the bundle does not have has no states.
  const stranded = strandedIn(graph, (name) => (others.includes(name) ? (states[name] ?? []) : undefined));
  return {
    rules: inForce.rules
      .filter(({ rule }) => touched.has(rule.id))
      .map((loaded) => ({ rule: loaded.rule.id, devices: inForce.temporal.devicesCountedFor(loaded) })),
    lifecycles: others.map((lifecycle) => ({
      lifecycle,
      things: counts.get(lifecycle) ?? 0,
      stranded: stranded.filter((each) => each.lifecycle === lifecycle).map(({ state, things }) => ({ state, things })),
    })),
  };
}

/** So many things are named for each state. */
const MOST_NAMED = 5;

/**
 * Refuses a bundle whose lifecycles lack a state that something is in: nothing could ever move it. Throws
 * `policy:bundle.states_removed`, and names states and things.
 */
export function assertNothingStranded(migration: Migration | null): void {
  const lost = (migration?.lifecycles ?? []).flatMap(({ lifecycle, stranded }) =>
    stranded.map(({ state, things }) => {
      const more = things.length > MOST_NAMED ? ` and ${things.length - MOST_NAMED} more` : '';
      return `\`${state}\` of \`${lifecycle}\` (${things.slice(0, MOST_NAMED).join(', ')}${more})`;
    }),
  );
  if (lost.length === 0) return;
  const hint = 'move these things on first, or keep the states';
  throw refused('states_removed', `things are in states that its lifecycles do not have: ${lost.join('; ')}`, hint);
}
