import { deviceType } from '../../twin/devices/index.ts';
import type { DeviceNode, HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { HomeDevices, KnownDevice } from '../../twin/ingest/HomeDevices.ts';

/** The devices of one home as its graph has them, found by name and by address. Retired ones go by no name. */
export class GraphDevices implements HomeDevices {
  readonly #byName = new Map<string, KnownDevice>();
  readonly #byAddress = new Map<string, KnownDevice>();
  #groups: ReadonlySet<string> = new Set();

  constructor(home: HomeNode) {
    for (const node of home.devices.values()) this.#add(node);
  }

  byFriendlyName(friendlyName: string): KnownDevice | undefined {
    return this.#byName.get(friendlyName);
  }

  byAddress(address: string): KnownDevice | undefined {
    return this.#byAddress.get(address);
  }

  isGroup(friendlyName: string): boolean {
    return this.#groups.has(friendlyName);
  }

  /** Reads the devices again after a change to one of them. */
  refresh(home: HomeNode): void {
    this.#byName.clear();
    this.#byAddress.clear();
    for (const node of home.devices.values()) this.#add(node);
  }

  setGroups(names: readonly string[]): void {
    this.#groups = new Set(names);
  }

  #add({ device, name, state }: DeviceNode): void {
    if (state === 'retired') return;
    const known = {
      deviceId: device.id,
      address: device.address,
      friendlyName: name,
      type: deviceType(device.model),
    };
    this.#byName.set(name, known);
    this.#byAddress.set(device.address, known);
  }
}
