import type { HomeNode } from './TwinGraph.ts';

/** The lease under which a home is lived in now; null when it is not let. */
export function tenancyOf(home: Pick<HomeNode, 'leases'>): string | null {
  for (const { lease, state } of home.leases.values()) if (state === 'active') return lease.id;
  return null;
}
