import { deviceType } from '../../twin/devices/index.ts';
import type { DeviceNode, HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { Pack, PackNeed } from './Pack.ts';

/** How far the devices of a home serve a pack. */
export type PackFit = {
  /** Each of the pack's needs, and the ids of the devices that serve it. */
  readonly needs: readonly { readonly need: PackNeed; readonly devices: readonly string[] }[];
  /** Whether every need is served that is not optional. */
  readonly fits: boolean;
};

/** Which devices of a home a pack would work with, and whether they are enough. */
export function packFit({ needs }: Pack, home: HomeNode): PackFit {
  const served = needs.map((need) => ({
    need,
    devices: [...home.devices.values()].filter((node) => serves(need, node, home)).map(({ device }) => device.id),
  }));
  return { needs: served, fits: served.every(({ need, devices }) => need.optional === true || devices.length > 0) };
}

function serves({ properties, kind, room, name }: PackNeed, node: DeviceNode, home: HomeNode): boolean {
  const { device, state } = node;
  if (name !== undefined && node.name !== name) return false;
  const type = deviceType(device.model);
  if (!type || state === 'retired') return false;
  if (kind !== undefined && type.kind !== kind) return false;
  if (room !== undefined && home.rooms.get(device.room ?? '')?.name !== room) return false;
  return properties.some((property) => type.byProperty.has(property));
}
