import type { DeviceNode, HomeNode, TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import { aboutOf, type RuleEvent } from '../RuleEvent.ts';

/** The home that an event is about; null for one that is not known. */
export function homeOf(event: RuleEvent, graph: TwinGraph): HomeNode | null {
  return graph.homes.get(aboutOf(event).home) ?? null;
}

/** The device that an event is about; null for an event of the home. It throws for one that nobody registered. */
export function deviceOf(event: RuleEvent, graph: TwinGraph): DeviceNode | null {
  const { home, device } = aboutOf(event);
  return device === null ? null : graph.device(home, device);
}

/** The device of that name in the home that an event is about; null when there is none. */
export function deviceNamed(name: string, event: RuleEvent, graph: TwinGraph): DeviceNode | null {
  const home = homeOf(event, graph);
  if (!home) return null;
  for (const node of home.devices.values()) if (node.name === name && node.state !== 'retired') return node;
  return null;
}

/** What finds the device that a fact asks about: the one of that name, else the one that the event is about. */
export function deviceAsked(name: unknown): (event: RuleEvent, graph: TwinGraph) => DeviceNode | null {
  if (typeof name !== 'string') return deviceOf;
  return (event, graph) => deviceNamed(name, event, graph);
}

/** The devices of the home within reach that have told of a property. */
export function tellersOf(property: string, event: RuleEvent, graph: TwinGraph): readonly DeviceNode[] {
  const devices = [...(homeOf(event, graph)?.devices.values() ?? [])];
  return devices.filter(({ state, values }) => state !== 'retired' && state !== 'offline' && values.has(property));
}
