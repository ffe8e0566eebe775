import type { ResourceRef } from '../../engine/AccessRequest.ts';
import type { AskedDecision, Decision } from '../../engine/Decision.ts';
import { relationsOf } from '../../engine/facts/pairFacts.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { hidesDevice, hidesRoom } from '../../engine/obligations/hiddenPlaces.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { AlarmState } from '../../twin/words.ts';
import type { Resolve } from './Context.ts';
import { readProperty } from './reading.ts';
import { alarmsOf, consentsOf, leasesOf } from './records.ts';
import type { Session } from './Session.ts';
import {
  type DeviceView,
  decideProperty,
  deviceOf,
  devicesOf,
  type FeatureView,
  featuresOf,
  type HomeView,
  type PropertyView,
  propertiesOf,
} from './views.ts';

type HomeField<Result> = Resolve<HomeView, Record<string, never>, Result>;
type DeviceField<Result> = Resolve<DeviceView, Record<string, never>, Result>;

/** The record of a home is shown or not as a whole. */
const record = <Result>(read: (view: HomeView) => Result): HomeField<Result | null> => {
  return (view, _args, { session }) => (isShown(session, view, homeRef(view)) ? read(view) : null);
};

const id: HomeField<string> = ({ home }) => home.home.id;
const name: HomeField<string> = ({ home }) => home.home.name;
const area: HomeField<unknown> = ({ home }, _args, { session }) => session.ports.graph.areas.get(home.home.area);
const relations: HomeField<unknown> = ({ home }, _args, { session }) =>
  relationsOf(session.ports.graph, home, session.caller.subject);
const outcome: HomeField<unknown> = (view, _args, { session }) => decideHome(session, view).outcome;
const decisionId: HomeField<string> = (view, _args, { session }) => decideHome(session, view).id;
const devices: HomeField<DeviceView[]> = (view, _args, { session }) => devicesOf(session, view);
const device: Resolve<HomeView, { id: string }, DeviceView | null> = (view, args, { session }) =>
  deviceOf(session, view, args.id);
const alarms: Resolve<HomeView, { state?: AlarmState | null }, unknown> = (view, { state }, { session }) =>
  alarmsOf(session, view, state);
const leases: HomeField<unknown> = (view, _args, { session }) => leasesOf(session, view);
const consents: HomeField<unknown> = (view, _args, { session }) => consentsOf(session, view);

/** The resolvers of a home, its devices, their features and properties. */
export const homeResolvers = {
  Home: {
    id,
    name,
    area,
    relations,
    outcome,
    decisionId,
    occupancy: record(({ home }) => home.occupancy),
    flags: record(({ home }) => [...home.flags].sort()),
    rooms: record(({ home }) => [...home.rooms.values()]),
    devices,
    device,
    alarms,
    leases,
    consents,
  },
  Device: {
    id: (({ device: node }) => node.device.id) satisfies DeviceField<string>,
    name: ((view, _args, { session }) =>
      shows(session, view, hidesDevice) ? view.device.name : null) satisfies DeviceField<unknown>,
    room: ((view, _args, { session }) => roomOf(session, view)) satisfies DeviceField<unknown>,
    model: (({ device: node }) => node.device.model) satisfies DeviceField<string>,
    vendor: (({ device: node }) => node.device.vendor) satisfies DeviceField<string>,
    kind: (({ device: node }) => deviceType(node.device.model)?.kind ?? 'sensor') satisfies DeviceField<unknown>,
    state: ((view, _args, { session }) =>
      // Whoever keeps the machine running sees which devices work.
      session.caller.kind === 'administrator' || isKnown(session, view)
        ? view.device.state
        : null) satisfies DeviceField<unknown>,
    features: ((view, _args, { session }) => featuresOf(session, view)) satisfies DeviceField<FeatureView[]>,
  },
  Property: {
    id: (({ property }) => property.name) satisfies Resolve<PropertyView, object, string>,
    unit: (({ property }) => property.unit ?? null) satisfies Resolve<PropertyView, object, unknown>,
    label: (({ label }) => label) satisfies Resolve<PropertyView, object, unknown>,
    settable: (({ property }) => property.access.settable) satisfies Resolve<PropertyView, object, boolean>,
    reading: ((view, _args, { session }) => readProperty(session, view)) satisfies Resolve<
      PropertyView,
      object,
      unknown
    >,
  },
  Label: {
    subjectClass: ({ subject_class }: { readonly subject_class: string }) => subject_class,
  },
};

function homeRef({ home }: HomeView): ResourceRef {
  return { type: 'home', home: home.home.id, id: home.home.id };
}

function decideHome(session: Session, view: HomeView): AskedDecision {
  return session.decide('read', view.purpose, homeRef(view));
}

/** Whether a record of the home is shown; what its decision asks for beside that is carried out. */
function isShown(session: Session, { purpose }: HomeView, ref: ResourceRef): boolean {
  const decision = session.decide('read', purpose, ref);
  return allowsWhole(decision) && session.settle(decision, ref) !== null;
}

/** Whether the record of the device is shown, and with it the state of its life. */
function isKnown(session: Session, view: DeviceView): boolean {
  return isShown(session, view, { type: 'device', home: view.home.home.id, id: view.device.device.id });
}

/** Whether what tells of a device's place is shown: its record is, and none of its properties hides that. */
function shows(session: Session, view: DeviceView, hides: (decision: Decision) => boolean): boolean {
  if (!isKnown(session, view)) return false;
  return !propertiesOf(session, view).some((property) => hides(decideProperty(session, property)));
}

function roomOf(session: Session, view: DeviceView): unknown {
  const { room } = view.device.device;
  return room !== null && shows(session, view, hidesRoom) ? view.home.rooms.get(room) : null;
}
