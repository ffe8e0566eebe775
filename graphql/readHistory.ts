import type { History } from '../engine/fulfil.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../twin/graph/tenancyOf.ts';
import type { TwinStore } from '../twin/TwinStore.ts';

/** The values of a property from the log of readings, of the present tenancy of its home alone. */
export function readHistory(graph: TwinGraph, store: Pick<TwinStore, 'readings'>): History {
  return async ({ home, device, property, from, until }) => {
    const tenancy = tenancyOf(graph.home(home));
    const values = [];
    for await (const reading of store.readings(home, from, until)) {
      // What a former tenant's life showed is nobody's any more.
      if (reading.tenancy !== tenancy || reading.device !== device) continue;
      if (!Object.hasOwn(reading.values, property)) continue;
      values.push({ value: reading.values[property], at: reading.at });
    }
    return values;
  };
}
