import { accepts, deviceType, type PropertyType } from '../../../twin/devices/index.ts';
import type { DeviceNode, HomeNode } from '../../../twin/graph/TwinGraph.ts';
import type { CommandEffect } from '../Effect.ts';
import type { RuleEffect } from '../Rule.ts';
import { aboutOf } from '../RuleEvent.ts';
import type { EffectType } from './EffectType.ts';

type WantedCommand = Extract<RuleEffect, { kind: 'command' }>;

/** A command to each device of the home that it means and that takes the property. */
export const command: EffectType<'command', CommandEffect> = {
  resolve: (wanted, { run, rule, severity, event, alarm = null }, id, { graph }) => {
    const { home } = aboutOf(event);
    return devicesTaking(graph.home(home), wanted).map(({ device }, index) => ({
      kind: 'command',
      id: `${id}.${index}`,
      run,
      rule,
      severity,
      alarm,
      home,
      device: device.id,
      property: wanted.property,
      value: wanted.value,
      saves: deviceType(device.model)?.kind === 'siren',
    }));
  },
  request: ({ home, device, property }) => ({
    action: 'command',
    resource: { type: 'property', home, device, property },
  }),
};

/** The devices of a home that a command means, in use and of a model that takes the property. */
function devicesTaking(home: HomeNode, wanted: WantedCommand): readonly DeviceNode[] {
  return [...home.devices.values()].filter((node) => {
    const type = deviceType(node.device.model);
    return (
      node.state !== 'retired' &&
      isMeant(home, node, wanted) &&
      isTaken(type?.byProperty.get(wanted.property)?.type, wanted)
    );
  });
}

/** Of the devices of a kind, some take the property and not the value: a blind has no `ON`. */
function isTaken(type: PropertyType | undefined, wanted: WantedCommand): boolean {
  if (!type?.access.settable) return false;
  return !('devices' in wanted) || accepts(type, wanted.value);
}

function isMeant({ rooms }: HomeNode, { device, name }: DeviceNode, wanted: WantedCommand): boolean {
  if (wanted.room !== undefined && rooms.get(device.room ?? '')?.name !== wanted.room) return false;
  return 'devices' in wanted ? deviceType(device.model)?.kind === wanted.devices : name === wanted.device;
}
