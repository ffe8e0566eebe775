import type { DeviceType } from '../devices/DeviceType.ts';

/** A device of a home as messages speak of it. */
export type KnownDevice = {
  readonly deviceId: string;
  /** The address on its own network; it stays when the name changes. */
  readonly address: string;
  readonly friendlyName: string;
  /** Undefined when no catalogue knows its model. */
  readonly type: DeviceType | undefined;
};

/**
 * The devices of one home, as far as decoding needs them. Answers are of the moment: a decoder asks for each message
 * and keeps nothing.
 */
export interface HomeDevices {
  byFriendlyName(friendlyName: string): KnownDevice | undefined;
  byAddress(address: string): KnownDevice | undefined;
  /** Whether the name is that of a group, whose states only repeat those of its members. */
  isGroup(friendlyName: string): boolean;
}
