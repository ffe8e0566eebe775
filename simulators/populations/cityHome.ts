import type { Alarm, Change, Device } from '../../twin/changes.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { AlarmKind, AlarmState, DeviceState, Label, LeaseState } from '../../twin/words.ts';
import { CARE_DEVICES, CITY_DEVICES, type DeviceChoice } from './cityDevices.ts';
import { drawBases } from './homeBases.ts';
import { drawHousehold, type Household } from './household.ts';
import type { Random } from './Random.ts';

/** Where a home stands: its id, its building's id and its community's number. */
export type Plot = {
  readonly id: string;
  readonly building: string;
  readonly community: number;
  readonly name: string;
};

/** Everything that happened in one home of the city, from its building to now. */
export function drawHome(random: Random, plot: Plot): Change[] {
  const household = drawHousehold(random);
  const events: Change[] = [
    {
      kind: 'home_added',
      home: { id: plot.id, area: plot.building, name: plot.name, occupancy: household.occupancy },
    },
  ];
  for (const flag of household.flags) events.push({ kind: 'home_flagged', home: plot.id, flag, on: true });
  const people = movePeopleIn(events, random, plot.id, household);
  const devices = installDevices(events, random, plot.id, household);
  if (people) {
    const needsCare = household.residents.includes('elder') || household.flags.includes('medical_care');
    events.push(...drawBases(random, { home: plot.id, community: plot.community, needsCare, ...people }));
  }
  relabel(events, random, devices);
  raiseAlarm(events, random, plot.id, devices);
  return events;
}

/** Adds people, relations and leases. Says who may give permissions, and for which child; null in a vacant home. */
function movePeopleIn(
  events: Change[],
  random: Random,
  home: string,
  { occupancy, residents, absentOwners }: Household,
): { readonly person: string; readonly child: string | null } | null {
  let count = 0;
  const person = (ageBand: Household['residents'][number]): string => {
    count += 1;
    const id = `${home}-person-${count}`;
    events.push({ kind: 'person_added', person: { id, ageBand } });
    return id;
  };
  const relate = (subject: string, relation: 'owner' | 'resident'): void => {
    events.push({ kind: 'relation_added', subject, relation, object: home });
  };
  const owners = absentOwners.map(person);
  const living = residents.map(person);
  for (const owner of owners) relate(owner, 'owner');
  for (const resident of living) relate(resident, 'resident');
  if (occupancy === 'owner_occupied') {
    relate(living[0]!, 'owner');
    if (residents[1] === residents[0] && random.chance(0.5)) relate(living[1]!, 'owner');
  }
  if (occupancy === 'rented') rent(events, random, { home, landlord: owners[0]!, tenants: living });
  if (occupancy === 'vacant' && random.chance(0.3)) {
    const state: LeaseState = random.chance(0.3) ? 'signed' : 'ended';
    signLease(events, { home, landlord: owners[0]!, tenant: person('adult'), state });
  }
  const first = living[0];
  if (!first) return null;
  return { person: first, child: living[residents.indexOf('child_14_and_under')] ?? null };
}

type Renting = { readonly home: string; readonly landlord: string; readonly tenants: readonly string[] };

/** Most leases run; some are signed and not begun, and some have ended and their people moved out. */
function rent(events: Change[], random: Random, { home, landlord, tenants }: Renting): void {
  const state = random.weighted<LeaseState>([
    [85, 'active'],
    [6, 'signed'],
    [9, 'ended'],
  ]);
  signLease(events, { home, landlord, tenant: tenants[0]!, state });
  if (state !== 'ended') return;
  for (const subject of tenants) events.push({ kind: 'relation_ended', subject, relation: 'resident', object: home });
}

function signLease(
  events: Change[],
  { home, landlord, tenant, state }: { home: string; landlord: string; tenant: string; state: LeaseState },
): void {
  const ended = state === 'ended';
  const lease = {
    id: `${home}-lease`,
    home,
    tenant,
    landlord,
    starts: state === 'signed' ? '2026-12-31T16:00:00.000Z' : '2025-12-31T16:00:00.000Z',
    ends: ended ? '2026-06-30T16:00:00.000Z' : '2027-12-31T16:00:00.000Z',
  };
  events.push({ kind: 'lease_signed', lease });
  if (state === 'signed') return;
  events.push({ kind: 'lease_transitioned', home, lease: lease.id, to: 'active' });
  if (ended) events.push({ kind: 'lease_transitioned', home, lease: lease.id, to: 'ended' });
}

/** Vacant homes keep what is built in. */
const BUILT_IN = new Set(['smoke', 'gas', 'main_meter', 'front_door_lock', 'leak']);

function installDevices(events: Change[], random: Random, home: string, { residents, flags }: Household): Device[] {
  const devices: Device[] = [];
  const rooms = new Set<string>();
  const install = ({ room, name, vendor, model, trust }: DeviceChoice): void => {
    if (!rooms.has(room)) {
      rooms.add(room);
      events.push({ kind: 'room_added', room: { id: `${home}-${room}`, home, name: room } });
    }
    const device: Device = {
      id: `${home}-device-${devices.length + 1}`,
      home,
      room: `${home}-${room}`,
      address: address(random),
      name: `${room}/${name}`,
      vendor,
      model,
      trust,
    };
    devices.push(device);
    events.push({ kind: 'device_registered', device });
    for (const to of drawStates(random)) events.push({ kind: 'device_transitioned', home, device: device.id, to });
  };
  for (const choice of CITY_DEVICES) {
    if (random.chance(choice.share) && (residents.length > 0 || BUILT_IN.has(choice.name))) install(choice);
  }
  const factor = flags.includes('elder_alone') ? 1 : residents.includes('elder') ? 0.3 : 0.01;
  for (const choice of CARE_DEVICES) if (random.chance(choice.share * factor)) install(choice);
  return devices;
}

function drawStates(random: Random): readonly DeviceState[] {
  return random.weighted<readonly DeviceState[]>([
    [90, ['online']],
    [6, ['online', 'offline']],
    [1, ['online', 'faulty']],
    [1, ['online', 'retired']],
    [2, []],
  ]);
}

/** Labels that owners set in place of the device type's. */
const OWN_LABELS: readonly Label[] = [
  { subject_class: 'personal', category: 'behaviour', grade: 'general_4', sharing: 'not_shared', sensitive: true },
  { subject_class: 'personal', category: 'environment', grade: 'general_3', sharing: 'not_shared', sensitive: false },
  { subject_class: 'public', category: 'environment', grade: 'general_1', sharing: 'unconditional', sensitive: false },
];

function relabel(events: Change[], random: Random, devices: readonly Device[]): void {
  if (devices.length === 0 || !random.chance(0.02)) return;
  for (let left = 1 + random.below(3); left > 0; left--) {
    const device = random.pick(devices);
    const properties = [...(deviceType(device.model)?.byProperty.keys() ?? [])];
    if (properties.length === 0) continue;
    const label = random.pick(OWN_LABELS);
    const { home, id } = device;
    events.push({ kind: 'property_relabelled', home, device: id, property: random.pick(properties), label });
  }
}

function raiseAlarm(events: Change[], random: Random, home: string, devices: readonly Device[]): void {
  if (!random.chance(0.015)) return;
  const kind = random.weighted<AlarmKind>([
    [10, 'device_silent'],
    [5, 'water_leak'],
    [4, 'smoke'],
    [3, 'gas_leak'],
    [3, 'wrong_lock_codes'],
  ]);
  const alarm: Alarm = {
    id: `${home}-alarm-1`,
    home,
    kind,
    device: devices[0]?.id ?? null,
    rule: kind,
    raisedAt: '2026-07-19T23:10:00.000Z',
  };
  events.push({ kind: 'alarm_raised', alarm });
  const passed: readonly AlarmState[] = ['acknowledged', 'handled', 'reset'];
  for (const to of passed.slice(
    0,
    random.weighted([
      [50, 0],
      [15, 1],
      [10, 2],
      [25, 3],
    ]),
  )) {
    events.push({ kind: 'alarm_transitioned', home, alarm: alarm.id, to, by: null });
  }
}

function address(random: Random): string {
  return `0x${hex(random)}${hex(random)}`;
}

function hex(random: Random): string {
  return random.bits().toString(16).padStart(8, '0');
}
