import type { DeviceValues, StoredValue } from '../../TwinStore.ts';

/** The values of a device one by one. */
export function storedValues({ home, device, values }: DeviceValues): StoredValue[] {
  return Object.entries(values).map(([property, [value, at, receivedAt]]) => ({
    home,
    device,
    property,
    value,
    at,
    receivedAt,
  }));
}
