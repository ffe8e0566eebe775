import type { DeviceNode } from '../../twin/graph/TwinGraph.ts';
import type { ResourceRef } from '../AccessRequest.ts';
import type { ResourceFact } from '../facts/Fact.ts';
import { resourceFacts } from '../facts/resourceFacts.ts';
import { FactColumn } from './FactColumn.ts';
import { propertiesOf } from './propertiesOf.ts';

/** A property with the digests of its resource facts: equal in every device of the class. */
export type PropertyClass = { readonly property: string; readonly facts: readonly number[] };

/** All of it as plain values. */
export type DeviceClassesSnapshot = {
  /** For each resource fact, the values by their digests. */
  readonly values: readonly (readonly unknown[])[];
  readonly properties: readonly PropertyClass[];
  readonly devices: readonly (readonly number[])[];
  /** What devices of a class have in common, by its number. */
  readonly keys: readonly string[];
};

/** Devices whose properties have the same resource facts, digested: homes differ in their mix of a few hundred classes. */
export class DeviceClasses {
  readonly columns: readonly FactColumn<ResourceFact>[];
  readonly properties: PropertyClass[];
  /** The numbers of the properties of each class of devices. */
  readonly devices: (readonly number[])[];
  readonly #byDevice: Map<string, number>;
  readonly #byProperty: Map<string, number>;

  constructor({ values, properties, devices, keys }: DeviceClassesSnapshot = NOTHING) {
    this.columns = resourceFacts.map((fact, at) => new FactColumn(fact, values[at]));
    this.properties = [...properties];
    this.devices = [...devices];
    this.#byDevice = new Map(keys.map((key, number) => [key, number]));
    this.#byProperty = new Map(properties.map((property, number) => [propertyKey(property), number]));
  }

  snapshot(): DeviceClassesSnapshot {
    return {
      values: this.columns.map((column) => column.values()),
      properties: [...this.properties],
      devices: [...this.devices],
      keys: [...this.#byDevice.keys()],
    };
  }

  /** The class of a device. */
  digest(node: DeviceNode): number {
    const key = deviceKey(node);
    let known = this.#byDevice.get(key);
    if (known === undefined) {
      known = this.devices.push([...propertiesOf(node)].map((property) => this.#property(node, property))) - 1;
      this.#byDevice.set(key, known);
    }
    return known;
  }

  #property(node: DeviceNode, property: string): number {
    const { home, id: device } = node.device;
    const resource: ResourceRef = { type: 'property', home, device, property };
    const facts = this.columns.map((column) => column.digest(column.fact.read(resource, node, null)));
    const key = propertyKey({ property, facts });
    let known = this.#byProperty.get(key);
    if (known === undefined) {
      known = this.properties.push({ property, facts }) - 1;
      this.#byProperty.set(key, known);
    }
    return known;
  }
}

const NOTHING: DeviceClassesSnapshot = { values: [], properties: [], devices: [], keys: [] };

function propertyKey({ property, facts }: PropertyClass): string {
  return `${facts.join()} ${property}`;
}

/** All of a device that resource facts may read. INVARIANT: what is left out here, no resource fact reads. */
function deviceKey({ device: { vendor, model, trust }, state, lastSeen, labels }: DeviceNode): string {
  const own = labels.size === 0 ? '' : JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${vendor}\u0000${model}\u0000${trust}\u0000${state}\u0000${lastSeen}\u0000${own}`;
}
