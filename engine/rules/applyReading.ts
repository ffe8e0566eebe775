import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Reading } from '../../twin/TwinStore.ts';
import type { DeviceEvent } from './RuleEvent.ts';

/** Takes the values of a reading into the graph, and says what rules hear of it: which of the present it changed. */
export function applyReading(graph: TwinGraph, reading: Reading): DeviceEvent {
  const { home, device, at, receivedAt, values } = reading;
  const known = graph.device(home, device).values;
  let previous: Record<string, unknown> | undefined;
  for (const property in values) {
    const before = known.get(property)?.value ?? null;
    const value = values[property];
    const isPresent = graph.setValue(home, device, property, { value, at, receivedAt });
    if (!isPresent || isSame(before, value)) continue;
    previous ??= {};
    previous[property] = before;
  }
  return previous ? { kind: 'state_reported', reading, previous } : { kind: 'state_reported', reading };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b));
}
