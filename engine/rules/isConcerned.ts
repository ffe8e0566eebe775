import { deviceType } from '../../twin/devices/index.ts';
import type { DeviceNode, HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { DeviceFilter, Rule } from './Rule.ts';
import { aboutOf, type RuleEvent } from './RuleEvent.ts';

/** Whether a rule that an event woke is for the home and the device that the event is about. */
export function isConcerned(rule: Rule, event: RuleEvent, graph: TwinGraph): boolean {
  const { on, pack } = rule;
  const { home: id, device } = aboutOf(event);
  const home = graph.homes.get(id);
  if (pack !== undefined && !(home && isForHome(rule, home))) return false;
  if (!on.devices || device === null || (event.kind === 'condition_held' && event.named)) return true;
  const node = home?.devices.get(device);
  return home !== undefined && node !== undefined && isMeant(node, on.devices, home);
}

/** Whether a rule acts in a home: one of a pack does where the pack is on. */
export function isForHome({ pack }: Rule, home: HomeNode): boolean {
  return pack === undefined || isOnAsItIs(home, pack);
}

/** Whether a home switched a pack on, and set no value of its own in it: where it did, it has such rules alone. */
export function isOnAsItIs({ household }: HomeNode, pack: string): boolean {
  const own = household?.packs.get(pack);
  return own?.on === true && Object.keys(own.parameters).length === 0;
}

/** Whether a device of a home is one that a filter means. */
export function isMeant({ device, name }: DeviceNode, filter: DeviceFilter, { rooms }: HomeNode): boolean {
  if (filter.name !== undefined && filter.name !== name) return false;
  if (filter.model !== undefined && filter.model !== device.model) return false;
  if (filter.kind !== undefined && filter.kind !== deviceType(device.model)?.kind) return false;
  return filter.room === undefined || filter.room === rooms.get(device.room ?? '')?.name;
}
