import type { Change } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { moveDevice } from '../../twin/lifecycles/moveDevice.ts';
import { aboutOf, type RuleEvent } from './RuleEvent.ts';

/**
 * How an event moves its device between online and offline. `heardAt` is its last sign of life before the event;
 * `missed` says whether a rule holds that its silence is too long.
 */
export function deviceMoves(
  graph: TwinGraph,
  event: RuleEvent,
  { heardAt, missed }: { readonly heardAt: number | null; readonly missed: boolean },
): readonly Change[] {
  const { home, device, at } = aboutOf(event);
  // An alarm may come from a device that nobody has registered yet; it has no life to move.
  if (device === null || !graph.homes.get(home)?.devices.has(device)) return [];
  switch (event.kind) {
    case 'device_silent':
      return missed ? moveDevice(graph, { home, device, event: 'go_offline' }) : [];
    case 'device_offline':
      return moveDevice(graph, { home, device, event: 'go_offline' });
    case 'device_online':
      return moveDevice(graph, { home, device, event: 'come_online' });
    case 'state_reported': {
      // What a bridge keeps and tells again after a restart is no sign of life.
      if (heardAt !== null && at <= heardAt) return [];
      // Nearly every message comes from a device that is online already.
      return graph.device(home, device).state === 'online'
        ? []
        : moveDevice(graph, { home, device, event: 'come_online' });
    }
    default:
      return [];
  }
}
