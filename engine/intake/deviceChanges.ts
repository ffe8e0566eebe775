import type { Change } from '../../twin/changes.ts';
import { isHomeAssistantModel } from '../../twin/devices/homeAssistant.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { HomeDevices } from '../../twin/ingest/HomeDevices.ts';
import type { IngestEvent, ListedDevice } from '../../twin/ingest/IngestEvent.ts';
import { moveDevice } from '../../twin/lifecycles/moveDevice.ts';

type Context = { readonly graph: TwinGraph; readonly home: string; readonly devices: HomeDevices };

/**
 * Which devices a home has after an event on its network, as changes in the order to apply them. Most events change
 * nothing; whether a device is online follows from `react`.
 */
export function deviceChanges(event: IngestEvent, context: Context): readonly Change[] {
  switch (event.kind) {
    case 'devices_listed':
      return listed(event.devices, context);
    case 'device_found':
      return found(event, context);
    case 'device_renamed':
      return renamed(event.address, event.to, context);
    case 'device_left':
      return left(event.address, context);
    default:
      return [];
  }
}

function listed(devices: readonly ListedDevice[], context: Context): Change[] {
  const { graph, home } = context;
  const present = new Set(devices.map(({ ieeeAddress }) => ieeeAddress));
  const rooms = new Set(graph.home(home).rooms.keys());
  const changes: Change[] = [];
  for (const device of devices) {
    const known = context.devices.byAddress(device.ieeeAddress);
    if (known) changes.push(...renamed(device.ieeeAddress, device.friendlyName, context));
    else changes.push(...registered(device, context, rooms));
  }
  for (const { device, state } of graph.home(home).devices.values()) {
    // Entities of Home Assistant stand in no bridge's list.
    if (state !== 'retired' && !present.has(device.address) && !isHomeAssistantModel(device.model))
      changes.push(...left(device.address, context));
  }
  return changes;
}

type Found = Extract<IngestEvent, { kind: 'device_found' }>;

function found({ address: ieeeAddress, friendlyName, model, vendor }: Found, context: Context): readonly Change[] {
  if (context.devices.byAddress(ieeeAddress)) return [];
  const rooms = new Set(context.graph.home(context.home).rooms.keys());
  return registered({ ieeeAddress, friendlyName, model, vendor }, context, rooms);
}

type NewDevice = Pick<ListedDevice, 'ieeeAddress' | 'friendlyName' | 'model' | 'vendor'>;

/** Registers a device, and the room that its name begins with: `hall/motion` stands in `hall`. */
function registered(device: NewDevice, { graph, home }: Context, rooms: Set<string>): Change[] {
  const room = roomOf(device.friendlyName, home);
  const changes: Change[] = [];
  if (room && !rooms.has(room.id)) {
    rooms.add(room.id);
    changes.push({ kind: 'room_added', room });
  }
  changes.push({
    kind: 'device_registered',
    device: {
      id: freshId(graph, home, device.ieeeAddress),
      home,
      room: room?.id ?? null,
      address: device.ieeeAddress,
      name: device.friendlyName,
      vendor: device.vendor ?? '',
      model: device.model ?? '',
      trust: 'normal',
    },
  });
  return changes;
}

/** What was retired and comes back is a new device, with a number behind its address. */
function freshId(graph: TwinGraph, home: string, address: string): string {
  const id = `${home}:${address}`;
  if (!graph.homeOfDevice.has(id)) return id;
  for (let count = 2; ; count += 1) {
    if (!graph.homeOfDevice.has(`${id}.${count}`)) return `${id}.${count}`;
  }
}

function roomOf(name: string, home: string) {
  const slash = name.indexOf('/');
  if (slash <= 0) return null;
  const room = name.slice(0, slash);
  return { id: `${home}:${room}`, home, name: room };
}

function renamed(address: string, to: string, { devices, home }: Context): Change[] {
  const known = devices.byAddress(address);
  if (!known || known.friendlyName === to) return [];
  return [{ kind: 'device_renamed', home, device: known.deviceId, name: to }];
}

function left(address: string, { graph, home, devices }: Context): readonly Change[] {
  const known = devices.byAddress(address);
  return known ? moveDevice(graph, { home, device: known.deviceId, event: 'retire' }) : [];
}
