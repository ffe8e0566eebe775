import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { RulesInForce } from '../rules/RulesInForce.ts';
import type { BundleChanges } from './compareBundles.ts';

/** What of the twin goes on otherwise when a bundle becomes active. Policies alone touch nothing. */
export type Migration = {
  /** Rules that change or go, and the devices for which each has counted something: of what is counted otherwise it starts anew. */
  readonly rules: readonly { readonly rule: string; readonly devices: number }[];
  /** Lifecycles that are others, and how many things are in one of their states. */
  readonly lifecycles: readonly { readonly lifecycle: string; readonly things: number }[];
};

/** Says before an activation what it will migrate. */
export function migrationOf(
  { rules, lifecycles }: BundleChanges,
  { inForce, graph }: { readonly inForce: RulesInForce; readonly graph: TwinGraph },
): Migration {
  const touched = new Set([...rules.changed, ...rules.removed]);
  return {
    rules: inForce.rules
      .filter(({ rule }) => touched.has(rule.id))
      .map((loaded) => ({ rule: loaded.rule.id, devices: inForce.temporal.devicesCountedFor(loaded) })),
    lifecycles: [...lifecycles.added, ...lifecycles.changed, ...lifecycles.removed].map((lifecycle) => ({
      lifecycle,
      things: thingsIn(graph, lifecycle),
    })),
  };
}

/** How many things of the twin live by a lifecycle. */
function thingsIn({ homes, instruments }: TwinGraph, lifecycle: string): number {
  if (Object.hasOwn(KEPT_IN, lifecycle)) {
    const member = KEPT_IN[lifecycle as keyof typeof KEPT_IN];
    return [...homes.values()].reduce((sum, home) => sum + home[member].size, 0);
  }
  return [...instruments.values()].filter(({ instrument }) => instrument.kind === lifecycle).length;
}

/** Where a home keeps what lives by a lifecycle; the others are those of instruments. */
const KEPT_IN = { alarm: 'alarms', consent: 'bases', device: 'devices', lease: 'leases' } as const;
