import type { PropertyRef } from '../devices/DeviceType.ts';
import type { DeadLetter } from './DeadLetter.ts';

/** A device as its bridge lists it. */
export type ListedDevice = {
  readonly ieeeAddress: string;
  readonly friendlyName: string;
  /** Null when the bridge has no definition for it. */
  readonly model: string | null;
  readonly vendor: string | null;
  readonly type: 'Router' | 'EndDevice' | 'GreenPower' | 'Unknown';
  /** The bridge supports it, and a catalogue knows its model. */
  readonly supported: boolean;
  readonly powerSource: string | null;
};

/** One value that a device reported, and where it stands in the device's type. */
export type ReportedValue = { readonly ref: PropertyRef; readonly value: unknown };

/** What a message says, in the words of the twin. */
export type IngestEvent =
  /** All devices of the bridge but the coordinator: one of its devices that is known and not among them has left. */
  | { readonly kind: 'devices_listed'; readonly devices: readonly ListedDevice[] }
  /** A device that no bridge lists told of itself for the first time. What it told is read again when it is known. */
  | {
      readonly kind: 'device_found';
      readonly address: string;
      readonly friendlyName: string;
      readonly model: string;
      readonly vendor: string;
    }
  | { readonly kind: 'device_joined'; readonly address: string; readonly friendlyName: string }
  | { readonly kind: 'device_left'; readonly address: string }
  | { readonly kind: 'device_renamed'; readonly address: string; readonly from: string; readonly to: string }
  | { readonly kind: 'groups_listed'; readonly names: readonly string[] }
  /** `deviceId` is null when the name is not known yet: after a rename the new name speaks before it is listed. */
  | {
      readonly kind: 'availability';
      readonly friendlyName: string;
      readonly deviceId: string | null;
      readonly state: 'online' | 'offline';
    }
  /** The retained availability of a name was taken away: nothing goes by that name any more. */
  | { readonly kind: 'availability_cleared'; readonly friendlyName: string }
  | {
      readonly kind: 'state_reported';
      readonly deviceId: string;
      readonly address: string;
      readonly friendlyName: string;
      readonly values: readonly ReportedValue[];
      /** The source's time in milliseconds since 1970; null when it gave none that can be believed. */
      readonly sourceTime: number | null;
    }
  | { readonly kind: 'bridge_state'; readonly state: 'online' | 'offline' }
  /** A stranger's command. What it said is not kept: it may hold a door code. */
  | {
      readonly kind: 'command_seen';
      readonly target: string;
      readonly deviceId: string | null;
      readonly verb: 'set' | 'get';
    }
  /** The bridge could not do what a device was told: of which property, and what it says of that. */
  | {
      readonly kind: 'command_failed';
      readonly deviceId: string;
      readonly property: string;
      readonly detail: string;
    }
  /** Understood, and of no interest to the twin. */
  | { readonly kind: 'ignored'; readonly topic: string; readonly reason: string };

/** All that one message says, and all that is wrong with it. */
export type Decoded = { readonly events: readonly IngestEvent[]; readonly deadLetters: readonly DeadLetter[] };
