import { HOME_ASSISTANT } from '../devices/homeAssistant.ts';
import { deviceType } from '../devices/index.ts';
import type { HomeDevices, KnownDevice } from './HomeDevices.ts';
import type { IngestEvent } from './IngestEvent.ts';

/** The devices of one home as its own messages tell of them, for whoever decodes without a twin: address is identity. */
export class HomeDirectory implements HomeDevices {
  readonly #byName = new Map<string, KnownDevice>();
  readonly #byAddress = new Map<string, KnownDevice>();
  #groups: ReadonlySet<string> = new Set();

  byFriendlyName(friendlyName: string): KnownDevice | undefined {
    return this.#byName.get(friendlyName);
  }

  byAddress(address: string): KnownDevice | undefined {
    return this.#byAddress.get(address);
  }

  isGroup(friendlyName: string): boolean {
    return this.#groups.has(friendlyName);
  }

  apply(event: IngestEvent): void {
    switch (event.kind) {
      case 'devices_listed':
        // Entities of Home Assistant stand in no bridge's list.
        for (const known of [...this.#byAddress.values()])
          if (known.type?.vendor !== HOME_ASSISTANT) this.#remove(known);
        for (const { ieeeAddress, friendlyName, model } of event.devices) this.#set(ieeeAddress, friendlyName, model);
        break;
      case 'device_found':
        this.#set(event.address, event.friendlyName, event.model);
        break;
      case 'device_joined':
        if (!this.#byAddress.has(event.address)) this.#set(event.address, event.friendlyName, null);
        break;
      case 'device_renamed': {
        const known = this.#byAddress.get(event.address);
        if (!known) break;
        this.#remove(known);
        this.#keep({ ...known, friendlyName: event.to });
        break;
      }
      case 'device_left':
        this.#remove(this.#byAddress.get(event.address));
        break;
      case 'groups_listed':
        this.#groups = new Set(event.names);
        break;
    }
  }

  #set(address: string, friendlyName: string, model: string | null): void {
    this.#keep({ deviceId: address, address, friendlyName, type: model === null ? undefined : deviceType(model) });
  }

  #keep(device: KnownDevice): void {
    this.#byName.set(device.friendlyName, device);
    this.#byAddress.set(device.address, device);
  }

  #remove(device: KnownDevice | undefined): void {
    if (!device) return;
    // Two names may have changed places: only what still names this device goes.
    if (this.#byName.get(device.friendlyName)?.address === device.address) this.#byName.delete(device.friendlyName);
    this.#byAddress.delete(device.address);
  }
}
