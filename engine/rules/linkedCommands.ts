import type { Alarm } from '../../twin/changes.ts';
import { type DeviceType, deviceType, sirenSettings } from '../../twin/devices/index.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { FIRE_KINDS } from '../../twin/words.ts';
import type { CommandEffect } from './Effect.ts';
import type { LinkedCommand, Severity } from './Rule.ts';

/** The commands that follow an alarm: one for each device of the home whose model is of the kind and takes the property. */
export function linkedCommands(
  alarm: Alarm,
  commands: readonly LinkedCommand[],
  { graph, severity, run }: { readonly graph: TwinGraph; readonly severity: Severity; readonly run: string },
): readonly CommandEffect[] {
  const { home, rule } = alarm;
  const devices = [...graph.home(home).devices.values()].filter(({ state }) => state !== 'retired');
  return commands.flatMap((command) =>
    devices.flatMap(({ device: { id: device, model } }) =>
      settings(deviceType(model), command).map((setting): CommandEffect => {
        const of = { run, rule, severity, alarm, home, device };
        return { kind: 'command', id: run, ...of, ...setting, saves: saves(alarm, command) };
      }),
    ),
  );
}

/** What a command sets on a device of this type; nothing on one that it is not for. */
function settings(type: DeviceType | undefined, command: LinkedCommand): ReturnType<typeof sirenSettings> {
  if (type?.kind !== command.devices) return [];
  if ('signal' in command) return sirenSettings(type, command.signal);
  const { property, value } = command;
  return type.byProperty.get(property)?.type.access.settable ? [{ property, value }] : [];
}

/** Whether it makes a siren tell the people, or opens an exit in a fire: neither is ever refused. */
function saves({ kind }: Alarm, command: LinkedCommand): boolean {
  if (command.devices === 'siren') return true;
  const opens = command.devices === 'lock' && command.property === 'state' && command.value === 'UNLOCK';
  return opens && FIRE_KINDS.includes(kind);
}
