import { deviceType, type PropertyType } from '../../twin/devices/index.ts';
import type { DeviceNode } from '../../twin/graph/TwinGraph.ts';

/**
 * Values with the other of the two in the place of `TOGGLE`, where it is known how the device stands: told twice it does
 * the same as told once, and the state that comes back can acknowledge it.
 */
export function concreteValues(
  values: Readonly<Record<string, unknown>>,
  { device, values: present }: DeviceNode,
): Readonly<Record<string, unknown>> {
  if (!Object.values(values).includes('TOGGLE')) return values;
  const type = deviceType(device.model);
  const concrete = (property: string, value: unknown) =>
    (value === 'TOGGLE' && otherOf(type?.byProperty.get(property)?.type, present.get(property)?.value)) || value;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, concrete(name, value)]));
}

function otherOf(type: PropertyType | undefined, value: unknown): unknown {
  if (value === type?.valueOn) return type?.valueOff;
  return value === type?.valueOff ? type?.valueOn : undefined;
}
