import type { ResourceRef } from '../../engine/AccessRequest.ts';
import type { AskedDecision } from '../../engine/Decision.ts';
import { peopleOf, relationsOf } from '../../engine/facts/pairFacts.ts';
import { labelOf } from '../../engine/facts/resourceFacts.ts';
import { deviceType, type PropertyType } from '../../twin/devices/index.ts';
import type { DeviceNode, HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { Label, Purpose } from '../../twin/words.ts';
import type { Session } from './Session.ts';

/** A home that the caller can see, asked about for a purpose. */
export type HomeView = { readonly home: HomeNode; readonly purpose: Purpose };
export type DeviceView = HomeView & { readonly device: DeviceNode };
/** A property whose grade the caller's tier is served. */
export type PropertyView = DeviceView & { readonly property: PropertyType; readonly label: Label };
export type FeatureView = { readonly id: string; readonly properties: readonly PropertyView[] };

export function refOf({ home, device, property }: PropertyView): ResourceRef {
  return { type: 'property', home: home.home.id, device: device.device.id, property: property.name };
}

export function decideProperty(session: Session, view: PropertyView): AskedDecision {
  return session.decide('read', view.purpose, refOf(view));
}

/** The features of a device with the properties that the caller's tier is served; a feature without any is left out. */
export function featuresOf(session: Session, view: DeviceView): FeatureView[] {
  const features = deviceType(view.device.device.model)?.features ?? [];
  return features.flatMap(({ name, properties }) => {
    const served = properties.flatMap((property) => servedProperty(session, view, property) ?? []);
    return served.length === 0 ? [] : [{ id: name, properties: served }];
  });
}

/** All properties of a device that the caller's tier is served. */
export function propertiesOf(session: Session, view: DeviceView): PropertyView[] {
  return featuresOf(session, view).flatMap(({ properties }) => properties);
}

/** One property of a device by its id; null when there is none, or none of a grade that the caller's tier is served. */
export function propertyOf(session: Session, view: DeviceView, id: string): PropertyView | null {
  const property = deviceType(view.device.device.model)?.byProperty.get(id)?.type;
  return property ? servedProperty(session, view, property) : null;
}

/**
 * The devices of a home that the caller may know of: its people and the administrator know all, others those with a
 * property that is not refused.
 */
export function devicesOf(session: Session, view: HomeView): DeviceView[] {
  const devices = [...view.home.devices.values()].map((device) => ({ ...view, device }));
  return knowsAll(session, view.home) ? devices : devices.filter((device) => showsSomething(session, device));
}

/** One device of a home by its id; null when there is none that the caller may know of. */
export function deviceOf(session: Session, view: HomeView, id: string): DeviceView | null {
  const node = view.home.devices.get(id);
  const device = node && { ...view, device: node };
  return device && (knowsAll(session, view.home) || showsSomething(session, device)) ? device : null;
}

/**
 * The properties of a home's devices of one name, or all when it is null, without those of devices that the caller may
 * not know of.
 */
export function listedProperties(session: Session, view: HomeView, name: string | null): PropertyView[] {
  const all = knowsAll(session, view.home);
  return [...view.home.devices.values()].flatMap((node) => {
    const device = { ...view, device: node };
    const properties = name === null ? propertiesOf(session, device) : [propertyOf(session, device, name) ?? []].flat();
    if (properties.length === 0 || all) return properties;
    // Deciding what was asked for is most often enough to know that the device may be known of.
    return properties.some((each) => isOpen(session, each)) || showsSomething(session, device) ? properties : [];
  });
}

/** Whether the caller is one of the people whose life the home shows. */
export function livesThere({ caller: { subject }, ports }: Session, home: HomeNode): boolean {
  if (subject.person !== null && peopleOf(home).has(subject.person)) return true;
  const relations = relationsOf(ports.graph, home, subject);
  return relations.includes('resident') || relations.includes('tenant');
}

function knowsAll(session: Session, home: HomeNode): boolean {
  return session.caller.kind === 'administrator' || livesThere(session, home);
}

function showsSomething(session: Session, view: DeviceView): boolean {
  return propertiesOf(session, view).some((property) => isOpen(session, property));
}

function isOpen(session: Session, property: PropertyView): boolean {
  return decideProperty(session, property).outcome !== 'denied';
}

function servedProperty(session: Session, view: DeviceView, property: PropertyType): PropertyView | null {
  const { home, device } = view;
  const ref: ResourceRef = { type: 'property', home: home.home.id, device: device.device.id, property: property.name };
  if (property.secret || !session.serves(ref, device)) return null;
  return { ...view, property, label: labelOf(ref, device) };
}
