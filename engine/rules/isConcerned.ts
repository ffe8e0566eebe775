import { deviceType } from '../../twin/devices/index.ts';
import type { DeviceNode, HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { DeviceFilter, Rule } from './Rule.ts';
import { aboutOf, type RuleEvent } from './RuleEvent.ts';

/** Whether a rule that an event woke is for the home and the device that the event is about. */
export function isConcerned({ on, pack }: Rule, event: RuleEvent, graph: TwinGraph): boolean {
  // No home can switch a pack on yet.
  if (pack !== undefined) return false;
  if (!on.devices) return true;
  const { home: id, device } = aboutOf(event);
  if (device === null) return true;
  const home = graph.homes.get(id);
  const node = home?.devices.get(device);
  return home !== undefined && node !== undefined && isOne(node, on.devices, home);
}

function isOne({ device, name }: DeviceNode, filter: DeviceFilter, { rooms }: HomeNode): boolean {
  if (filter.name !== undefined && filter.name !== name) return false;
  if (filter.model !== undefined && filter.model !== device.model) return false;
  if (filter.kind !== undefined && filter.kind !== deviceType(device.model)?.kind) return false;
  return filter.room === undefined || filter.room === rooms.get(device.room ?? '')?.name;
}
