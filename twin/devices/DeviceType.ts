import { invariant } from '../CodedError.ts';
import type { DeviceKind, Label } from '../words.ts';
import { isSecret, labelOf } from './labels.ts';
import { SECRET } from './labelTable.ts';
import { physicalRange } from './physicalRange.ts';

/** What one model of device reports and takes. */
export type DeviceType = {
  readonly model: string;
  readonly vendor: string;
  readonly description: string;
  readonly kind: DeviceKind;
  /** Whether it holds an exit of a building, and is opened by a fire in any of its homes. */
  readonly isExit?: boolean;
  readonly features: readonly Feature[];
  /** Every property of every feature by its key in messages; keys are unique within a device. */
  readonly byProperty: ReadonlyMap<string, PropertyRef>;
};

/** Properties that belong together: a light, a lock, the diagnostics of a device. */
export type Feature = {
  readonly name: string;
  readonly properties: readonly PropertyType[];
};

/** One value that a device reports or takes. */
export type PropertyType = {
  /** The key in messages, unique within the device: `temperature`, `state_l1`. */
  readonly name: string;
  readonly type: 'numeric' | 'binary' | 'enum' | 'text' | 'composite' | 'list';
  /** As the device's maker spells it: `°C`, `%`, `kWh`. */
  readonly unit?: string;
  /** Bounds of a number: those of the model, else the physical ones (`physicalRange`). */
  readonly min?: number;
  readonly max?: number;
  /** What an enum may say. */
  readonly values?: readonly (string | number)[];
  /** What a binary says when on and when off. */
  readonly valueOn?: string | number | boolean;
  readonly valueOff?: string | number | boolean;
  /** Parts of a composite. */
  readonly parts?: readonly PropertyType[];
  /** A composite that is something the device does with whatever parts it is given: no state, so that two exclude nothing. */
  readonly isCall?: true;
  /** What a list holds; nothing is known of it when missing. */
  readonly items?: PropertyType;
  readonly access: { readonly published: boolean; readonly settable: boolean; readonly gettable: boolean };
  readonly label: Label;
  /** False when the table of labels does not know the property, and its label is `UNLABELLED`. */
  readonly labelled: boolean;
  /** A secret's value is never kept: door codes, passwords. */
  readonly secret: boolean;
};

/** Where a property stands in its device type. */
export type PropertyRef = {
  readonly feature: string;
  readonly property: string;
  readonly type: PropertyType;
};

/** What a hand-written device type says of one property; its name and label come from where it stands. */
export type PropertyShape = Pick<PropertyType, 'type'> &
  Partial<
    Pick<PropertyType, 'unit' | 'min' | 'max' | 'values' | 'valueOn' | 'valueOff' | 'parts' | 'items' | 'isCall'>
  > & {
    readonly access?: PropertyType['access'];
    /** Name without endpoint, by which the label is looked up; the key in messages when missing. */
    readonly bareName?: string;
  };

type Shapes = Readonly<Record<string, PropertyShape>>;

export type DeviceTypeShape = {
  readonly model: string;
  readonly vendor: string;
  readonly description: string;
  readonly kind: DeviceKind;
  readonly isExit?: boolean;
  /** Features by name: one property of the same name, or several by theirs. */
  readonly features: Readonly<Record<string, PropertyShape | { readonly properties: Shapes }>>;
};

const REPORTED: PropertyType['access'] = { published: true, settable: false, gettable: false };
const SWITCHED: PropertyType['access'] = { published: true, settable: true, gettable: true };

/** A number that goes up and down: a temperature, a power. */
export function reading(unit: string): PropertyShape {
  return { type: 'numeric', unit };
}

/** A number that only grows: energy, water. */
export function counter(unit: string): PropertyShape {
  return { type: 'numeric', unit, min: 0 };
}

/** A switch in the spelling of Zigbee2MQTT. */
export function onOff(): PropertyShape {
  return { type: 'binary', valueOn: 'ON', valueOff: 'OFF', access: SWITCHED };
}

/** One property as it stands in a feature: with bounds, label and whether it is secret. */
export function propertyType(
  feature: string,
  name: string,
  { bareName = name, ...shape }: PropertyShape,
): PropertyType {
  const { unit, access = REPORTED } = shape;
  const known = labelOf(feature, bareName);
  const range = shape.type === 'numeric' ? { ...physicalRange(bareName, unit), ...bounds(shape) } : {};
  // A composite with a secret inside is secret as a whole.
  const secret = isSecret(bareName) || (shape.parts?.some((part) => part.secret) ?? false);
  const { label, labelled } = secret ? { label: SECRET, labelled: true } : known;
  return { ...shape, ...range, name, access, label, labelled, secret };
}

/** Bounds that are there: a missing one must not hide the physical one. */
function bounds({ min, max }: PropertyShape): { min?: number; max?: number } {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** A device type from its parts, with every property found by its key. */
export function assemble(type: Omit<DeviceType, 'byProperty'>): DeviceType {
  const byProperty = new Map<string, PropertyRef>();
  for (const feature of type.features) {
    for (const property of feature.properties) {
      invariant(!byProperty.has(property.name), `device type ${type.model} has ${property.name} twice`);
      byProperty.set(property.name, { feature: feature.name, property: property.name, type: property });
    }
  }
  return { ...type, byProperty };
}

/**
 * A device type written by hand, for devices that no catalogue knows.
 *
 * @example
 * const meter = defineDeviceType({ model: 'meter', vendor: 'Twinward', description: 'meter', kind: 'sensor',
 *   features: { power: reading('W'), energy: counter('kWh') } });
 */
export function defineDeviceType({ features, ...rest }: DeviceTypeShape): DeviceType {
  const assembled = Object.entries(features).map(([name, shape]): Feature => {
    const shapes = 'properties' in shape ? shape.properties : { [name]: shape };
    return { name, properties: Object.entries(shapes).map(([key, property]) => propertyType(name, key, property)) };
  });
  return assemble({ ...rest, features: assembled });
}
