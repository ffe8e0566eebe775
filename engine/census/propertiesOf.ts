import { deviceType } from '../../twin/devices/index.ts';
import type { DeviceNode } from '../../twin/graph/TwinGraph.ts';

/** The properties of a device, each of which makes one cell: those of its type. A device of no known type has none. */
export function propertiesOf({ device }: DeviceNode): Iterable<string> {
  return deviceType(device.model)?.byProperty.keys() ?? [];
}
