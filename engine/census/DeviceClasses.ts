import type { DeviceNode } from '../../twin/graph/TwinGraph.ts';
import type { ResourceRef } from '../AccessRequest.ts';
import { resourceFacts } from '../facts/resourceFacts.ts';
import { FactColumn } from './FactColumn.ts';
import { propertiesOf } from './propertiesOf.ts';
import { Tuples } from './Tuples.ts';

/** A property with the digests of its resource facts: equal in every device of the class. */
export type PropertyClass = { readonly property: string; readonly facts: readonly number[] };

/** Devices whose properties have the same resource facts, digested: homes differ in their mix of a few hundred classes. */
export class DeviceClasses {
  readonly columns = resourceFacts.map((fact) => new FactColumn(fact));
  readonly properties: PropertyClass[] = [];
  /** The numbers of the properties of each class of devices. */
  readonly devices: (readonly number[])[] = [];
  readonly #byDevice = new Map<string, number>();
  readonly #byProperty = new Map<string, number>();
  readonly #tuples = new Tuples();

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
    const key = `${this.#tuples.digest(facts)} ${property}`;
    let known = this.#byProperty.get(key);
    if (known === undefined) {
      known = this.properties.push({ property, facts }) - 1;
      this.#byProperty.set(key, known);
    }
    return known;
  }
}

/** All of a device that resource facts may read. INVARIANT: what is left out here, no resource fact reads. */
function deviceKey({ device: { vendor, model, trust }, state, lastSeen, labels }: DeviceNode): string {
  const own = labels.size === 0 ? '' : JSON.stringify([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${vendor}\u0000${model}\u0000${trust}\u0000${state}\u0000${lastSeen}\u0000${own}`;
}
