import type { Alarm } from '../../twin/changes.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { CommandEffect } from './Effect.ts';
import type { LinkedCommand, Severity } from './Rule.ts';

/** The commands that follow an alarm: one for each device of the home whose model is of the kind and takes the property. */
export function linkedCommands(
  alarm: Alarm,
  commands: readonly LinkedCommand[],
  { graph, severity }: { readonly graph: TwinGraph; readonly severity: Severity },
): readonly CommandEffect[] {
  const { home, rule } = alarm;
  return commands.flatMap((command) =>
    devicesTaking(graph, home, command).map(
      (device): CommandEffect => ({
        kind: 'command',
        rule,
        severity,
        alarm,
        home,
        device,
        property: command.property,
        value: command.value,
        sounds: command.devices === 'siren',
      }),
    ),
  );
}

function devicesTaking(graph: TwinGraph, home: string, { devices, property }: LinkedCommand): readonly string[] {
  return [...graph.home(home).devices.values()]
    .filter(({ device, state }) => {
      const type = deviceType(device.model);
      return state !== 'retired' && type?.kind === devices && type.byProperty.get(property)?.type.access.settable;
    })
    .map(({ device }) => device.id);
}
