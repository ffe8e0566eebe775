import type { Reading } from '../../twin/TwinStore.ts';

/** Something that happened to a device and may wake a rule. Instants are milliseconds since 1970. */
export type DeviceEvent =
  | { readonly kind: 'state_reported'; readonly reading: Reading }
  /** The network's own word on whether it can reach the device. */
  | {
      readonly kind: 'device_online' | 'device_offline';
      readonly home: string;
      readonly device: string;
      readonly at: number;
    }
  /** A rule's limit of silence has passed; made by `sweep`, never by a device. */
  | {
      readonly kind: 'device_silent';
      readonly home: string;
      readonly device: string;
      readonly at: number;
      /** The limit that passed, in milliseconds. */
      readonly limit: number;
    };

/** Which device an event is about and when it happened, by the source's clock where it has one. */
export function aboutOf(event: DeviceEvent): { readonly home: string; readonly device: string; readonly at: number } {
  return event.kind === 'state_reported' ? event.reading : event;
}
