import type { Change } from '../../twin/changes.ts';
import { type DeviceType, deviceType } from '../../twin/devices/index.ts';
import { type CommandNode, isOpen } from '../../twin/graph/HomeCommands.ts';
import type { DeviceNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import { isReported } from './isReported.ts';

type At = { readonly home: string; readonly device: string; readonly now: number };

/** The open commands of a device, oldest first. */
export function openCommands({ commands }: TwinGraph, { home, device }: Omit<At, 'now'>): readonly CommandNode[] {
  const open: CommandNode[] = [];
  for (const node of commands.get(home)?.values() ?? []) {
    if (node.command.device === device && isOpen(node)) open.push(node);
  }
  return open;
}

/**
 * The changes by which a device that has just reported some properties acknowledges its commands: the present says what
 * each of them asked for, by this report and by what came since it was issued.
 */
export function acknowledged(
  graph: TwinGraph,
  { reported, ...at }: At & { readonly reported: ReadonlySet<string> },
): readonly Change[] {
  const { home, device, now } = at;
  const open = openCommands(graph, { home, device });
  if (open.length === 0) return [];
  const node = graph.device(home, device);
  return open
    .filter((each) => isDone(each, node, reported))
    .flatMap((each) => moveCommand(each, 'acknowledge', { reason: 'state_reported', now }));
}

/** The changes by which commands of a property fail that a device could not do. */
export function refusedByDevice(
  graph: TwinGraph,
  { property, detail, ...at }: At & { readonly property: string; readonly detail: string },
): readonly Change[] {
  return openCommands(graph, at)
    .filter(({ command, state }) => state === 'sent' && Object.hasOwn(command.values, property))
    .flatMap((each) => moveCommand(each, 'fail', { reason: 'device_error', detail, now: at.now }));
}

/** The changes by which the open commands of a device fail that has left for good. */
export function failedWithDevice(graph: TwinGraph, at: At): readonly Change[] {
  return openCommands(graph, at).flatMap((each) => moveCommand(each, 'fail', { reason: 'device_gone', now: at.now }));
}

/** The changes by which what a home's commands waited for is over at an instant (milliseconds since 1970). */
export function expiredCommands(commands: Iterable<CommandNode>, graph: TwinGraph, now: number): readonly Change[] {
  return [...commands]
    .filter((node) => isOpen(node) && Date.parse(node.expiresAt) <= now)
    .flatMap((node) => {
      const { home, device, values } = node.command;
      const type = deviceType(graph.homes.get(home)?.devices.get(device)?.device.model ?? '');
      const isTold = node.state === 'sent' && Object.keys(values).every((property) => !reports(type, property));
      return moveCommand(node, 'expire', { reason: isTold ? 'never_reported' : 'not_acknowledged', now });
    });
}

/** The instants at which time alone may move commands, those that are past among them. */
export function* instantsOfCommands(commands: Iterable<CommandNode>): Generator<number> {
  for (const node of commands) {
    if (isOpen(node)) yield Date.parse(node.expiresAt);
    if (node.command.hold.kind === 'until') yield Date.parse(node.command.hold.at);
  }
}

function isDone({ command }: CommandNode, { device, values }: DeviceNode, reported: ReadonlySet<string>): boolean {
  const type = deviceType(device.model);
  const since = Date.parse(command.issuedAt);
  return Object.entries(command.values).every(([property, told]) => {
    return [property, ...(OTHER_NAMES[property] ?? [])].some((name) => {
      const known = values.get(name);
      // A clock may have been set back: what has just come is new, whatever it shows.
      if (!known || (!reported.has(name) && known.receivedAt < since)) return false;
      // The other name has words of its own.
      return isReported(told, known.value, name === property ? type?.byProperty.get(property)?.type : undefined);
    });
  });
}

/** Under which other names devices report what they were told: a lock its `state`, a cover how far it is open. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = { state: ['lock_state'] };

function reports(type: DeviceType | undefined, property: string): boolean {
  return type?.byProperty.get(property)?.type.access.published !== false;
}
