import type { Change } from '../changes.ts';
import type { TwinGraph } from '../graph/TwinGraph.ts';
import { type DeviceLifecycleEvent, deviceLifecycle } from './device.ts';
import { step } from './step.ts';

/**
 * The change that an event on the network makes to a device, or none when its lifecycle does not allow the move:
 * a network repeats itself, and what is online cannot come online. Throws `twin:device.not_found`.
 */
export function moveDevice(
  graph: TwinGraph,
  { home, device, event }: { home: string; device: string; event: DeviceLifecycleEvent },
): readonly Change[] {
  const next = step(deviceLifecycle, graph.device(home, device).state, event);
  return next.kind === 'moved' ? [{ kind: 'device_transitioned', home, device, to: next.to }] : [];
}
