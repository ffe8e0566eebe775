import type { PropertyType } from './DeviceType.ts';

/** Whether a property can be set to a value: whether it is settable at all is another question. */
export function accepts({ type, min, max, values, valueOn, valueOff }: PropertyType, value: unknown): boolean {
  switch (type) {
    case 'numeric':
      return typeof value === 'number' && value >= (min ?? -Infinity) && value <= (max ?? Infinity);
    case 'binary':
      // Zigbee's own word for the other of the two.
      return value === valueOn || value === valueOff || value === 'TOGGLE';
    case 'enum':
      return values?.includes(value as string | number) ?? false;
    case 'text':
      return typeof value === 'string' && value.length <= 1_000;
    case 'composite':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'list':
      return Array.isArray(value);
  }
}
