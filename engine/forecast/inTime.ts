import type { Basis, Change } from '../../twin/changes.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { alarmLifecycle } from '../../twin/lifecycles/alarm.ts';
import { moveAlarm } from '../../twin/lifecycles/moveAlarm.ts';
import { moveDevice } from '../../twin/lifecycles/moveDevice.ts';
import { moveEmergencyAccess } from '../../twin/lifecycles/moveEmergencyAccess.ts';
import { step } from '../../twin/lifecycles/step.ts';
import type { BasisType } from '../../twin/words.ts';
import { endLease } from '../endLease.ts';
import { factSettings } from '../facts/factSettings.ts';
import { peopleOf } from '../facts/pairFacts.ts';
import type { Chance } from './Chance.ts';
import type { RateName } from './Rates.ts';
import type { World } from './World.ts';

/** One of the things to which something can happen: a home, or something in it by its id. */
type Unit = { readonly home: string; readonly id: string };

/** What happens at a rate: to what it can, and what comes of it. */
export type Process = {
  readonly rate: RateName;
  /** Each of these, at the beginning of a day. */
  readonly units: (graph: TwinGraph) => Iterable<Unit>;
  /** Brings it about. What it happens to may have changed since the beginning of the day. */
  readonly happen: (world: World, unit: Unit, chance: Chance) => unknown;
};

/** What time does to the things of a lifecycle. */
export type InTime = {
  /** What comes about at its dates, by the same timers that run on the live twin; null when it has no dates. */
  readonly dates: string | null;
  /** What is drawn. Where nothing is, `left` says why. */
  readonly processes: readonly Process[];
  readonly left?: string;
};

/**
 * What time does to each lifecycle of `twin/lifecycles`. One that is added there has its entry here, or a test fails.
 */
export const LIFECYCLES_IN_TIME: Readonly<Record<string, InTime>> = {
  agreement: { dates: 'an agreement ends at its term', processes: [], left: 'two parties sign it: nobody draws that' },
  alarm: {
    dates: null,
    processes: [
      alarmOf('alarm.gas_leak', 'gas', [true, false]),
      alarmOf('alarm.carbon_monoxide', 'carbon_monoxide', [true, false]),
      alarmOf('alarm.smoke', 'smoke', [true, false]),
      alarmOf('alarm.water_leak', 'water_leak', [true, false]),
      alarmOf('alarm.wrong_lock_codes', 'action', Array(5).fill('unlock_failure_invalid_pin_or_id')),
    ],
  },
  binding: { dates: 'what was offered and not activated lapses', processes: [], left: 'people bind their devices' },
  catalogue_entry: { dates: 'an entry ends at its term', processes: [], left: 'it is published by decision' },
  command: {
    dates: 'a command that nothing acknowledges expires, and what it held comes free',
    processes: [],
    left: 'it follows from the alarms that are drawn',
  },
  consent: {
    dates: 'a basis expires at its term',
    processes: [
      { rate: 'consent.give', units: livedIn, happen: giveConsent },
      { rate: 'consent.withdraw', units: consents, happen: withdrawConsent },
    ],
  },
  device: {
    dates: 'a device of which nothing is heard for long is stale',
    processes: [
      { rate: 'device.fail', units: onlineDevices, happen: failDevice },
      { rate: 'device.go_offline', units: onlineDevices, happen: loseDevice },
    ],
  },
  drill: { dates: 'a drill starts and ends at its dates', processes: [], left: 'it is announced by people' },
  emergency_access: {
    dates: 'what was opened ends by itself',
    processes: [{ rate: 'emergency_access.open', units: livedIn, happen: breakGlass }],
  },
  firmware: {
    dates: 'what was not confirmed within a day has failed',
    processes: [],
    left: 'it is approved and installed by people',
  },
  incident: {
    dates: 'what was not done in its term is overdue',
    processes: [],
    left: 'nobody draws what goes wrong with a platform',
  },
  lease: {
    dates: 'a lease starts and ends at its dates, with all that the end takes along',
    processes: [
      { rate: 'lease.end', units: activeLeases, happen: endLeaseEarly },
      { rate: 'lease.sign', units: emptyHomes, happen: signLease },
    ],
  },
  order: { dates: 'an order ends at its term', processes: [], left: 'it is registered by decision' },
  sharing_request: { dates: 'what was approved ends at its term', processes: [], left: 'it is reviewed by people' },
  waiver: { dates: 'a waiver starts and ends at its dates', processes: [], left: 'it is given by decision' },
};

/** How long a device goes on between two of its messages, in milliseconds. */
const BETWEEN_MESSAGES = 30_000;

/** A device says a thing, the rules make an alarm of it, and people see to that. */
function alarmOf(rate: RateName, property: string, says: readonly unknown[]): Process {
  return {
    rate,
    units: (graph) => tellersOf(graph, property),
    happen(world, { home, id }, chance) {
      for (const [at, value] of says.entries()) {
        world.put(world.now + at * BETWEEN_MESSAGES, async () => {
          const { now } = world;
          world.graph.setValue(home, id, property, { value, at: now, receivedAt: now });
          const reading = { home, device: id, at: now, receivedAt: now, values: { [property]: value } };
          const about = { tenancy: null, group: 'closed', current: true } as const;
          const raised = await world.react({ kind: 'state_reported', reading: { ...reading, ...about } });
          for (const alarm of raised) seeToAlarm(world, { home, id: alarm }, chance);
        });
      }
    },
  };
}

/** The devices that tell of a property, looked for once in each graph: nothing installs devices in a forecast. */
function tellersOf(graph: TwinGraph, property: string): readonly Unit[] {
  const known = tellers.get(graph) ?? new Map<string, readonly Unit[]>();
  tellers.set(graph, known);
  const found = known.get(property) ?? [...findTellers(graph, property)];
  known.set(property, found);
  return found;
}
const tellers = new WeakMap<TwinGraph, Map<string, readonly Unit[]>>();

function* findTellers({ homes }: TwinGraph, property: string): Generator<Unit> {
  for (const { home, devices } of homes.values()) {
    for (const { device, state } of devices.values()) {
      if (state !== 'retired' && tells(device.model, property)) yield { home: home.id, id: device.id };
    }
  }
}

function tells(model: string, property: string): boolean {
  const type = deviceType(model);
  if (!type?.byProperty.has(property)) return false;
  // Remotes and buttons have actions, too.
  return property !== 'action' || type.kind === 'lock';
}

const CARE_OF_ALARMS = ['acknowledge', 'handle', 'reset'] as const;

function seeToAlarm(world: World, { home, id }: Unit, chance: Chance): void {
  const [next] = CARE_OF_ALARMS.filter((event) => {
    return step(alarmLifecycle, world.graph.alarm(home, id).state, event).kind === 'moved';
  });
  if (!next) return;
  world.later(`alarm.${next}`, chance, () => {
    world.apply([moveAlarm(world.graph, { home, alarm: id, event: next, by: null })]);
    seeToAlarm(world, { home, id }, chance);
  });
}

function* livedIn({ homes }: TwinGraph): Generator<Unit> {
  for (const node of homes.values()) if (peopleOf(node).size > 0) yield { home: node.home.id, id: node.home.id };
}

/** What homes give of their own will. */
const GIVEN: readonly BasisType[] = ['consent', 'guardian_consent', 'agreement', 'authorisation'];

function* consents({ homes }: TwinGraph): Generator<Unit> {
  for (const { home, bases } of homes.values()) {
    for (const { id, type } of bases.values()) if (GIVEN.includes(type)) yield { home: home.id, id };
  }
}

/** It is like one that another home of the same community gives now: what people are asked for stays what it is. */
function giveConsent(world: World, { home }: Unit, chance: Chance): void {
  const node = world.graph.home(home);
  const [person] = [...peopleOf(node)].filter((id) => world.graph.people.get(id)?.ageBand !== 'child_14_and_under');
  const examples = examplesNear(world.graph, node);
  if (person === undefined || examples.length === 0) return;
  const example = examples[chance.below(examples.length)]!;
  const ends = example.ends === null ? null : new Date(world.now + world.delay('consent.term')).toISOString();
  const about = example.person === null ? null : person;
  const basis: Basis = { ...example, id: world.newId('basis'), home, givenBy: person, person: about, ends };
  world.apply([{ kind: 'basis_given', basis }]);
}

function examplesNear(graph: TwinGraph, { home }: HomeNode): readonly Basis[] {
  for (const { id } of graph.areaPath(home.area)) {
    const near = [...graph.homesWithin(id)].flatMap((each) => [...graph.home(each).bases.values()]);
    const given = near.filter(({ type }) => GIVEN.includes(type) && type !== 'guardian_consent');
    if (given.length > 0) return given;
  }
  return [];
}

function withdrawConsent(world: World, { home, id }: Unit): void {
  if (!world.graph.home(home).bases.has(id)) return;
  world.apply([{ kind: 'basis_ended', home, basis: id, reason: 'withdrawn' }]);
}

function* onlineDevices({ homes }: TwinGraph): Generator<Unit> {
  for (const { home, devices } of homes.values()) {
    for (const { device, state } of devices.values()) if (state === 'online') yield { home: home.id, id: device.id };
  }
}

function failDevice(world: World, { home, id }: Unit, chance: Chance): void {
  world.apply(moveDevice(world.graph, { home, device: id, event: 'fail' }));
  world.later('device.repair', chance, () => {
    world.apply(moveDevice(world.graph, { home, device: id, event: 'repair' }));
  });
}

async function loseDevice(world: World, { home, id }: Unit, chance: Chance): Promise<void> {
  const about = { home, device: id };
  const isLost = () => world.graph.device(home, id).state === 'offline';
  for (const alarm of await world.react({ kind: 'device_offline', ...about, at: world.now })) {
    seeToAlarm(world, { home, id: alarm }, chance);
  }
  if (!isLost()) return;
  if (world.graph.device(home, id).lastSeen === 'fresh') {
    world.put(world.now + factSettings.lastSeenStaleAfter, () => {
      if (isLost()) world.noteLastSeen({ lifecycle: 'device', event: 'go_stale' }, home, id, 'stale');
    });
  }
  world.later('device.come_online', chance, async () => {
    const wasStale = world.graph.device(home, id).lastSeen === 'stale';
    await world.react({ kind: 'device_online', ...about, at: world.now });
    if (wasStale) world.noteLastSeen({ lifecycle: 'device', event: 'be_heard' }, home, id, 'fresh');
  });
}

/** Two who have something to do with the area, the first to open and the second to confirm. */
function breakGlass(world: World, { home }: Unit, chance: Chance): void {
  const parties = partiesNear(world.graph, world.graph.home(home));
  const [first, second] = parties;
  if (first === undefined || second === undefined) return;
  const id = world.newId('access');
  const ends = new Date(world.now + world.delay('emergency_access.term')).toISOString();
  const act = (move: 'open' | 'confirm', by: string) => ({ move, by, at: world.at });
  const access = {
    id,
    home,
    categories: ['behaviour', 'environment'],
    reason: 'forecast',
    party: first,
    ends,
  } as const;
  world.apply([{ kind: 'emergency_access_opened', access, act: act('open', first) }]);
  world.later('emergency_access.confirm', chance, () => {
    if (world.graph.emergencyAccess(home, id).state !== 'opened') return;
    world.apply([moveEmergencyAccess(world.graph, { home, access: id, act: act('confirm', second), party: second })]);
  });
}

function partiesNear(graph: TwinGraph, { home }: HomeNode): readonly string[] {
  const around = new Set(graph.areaPath(home.area).map(({ id }) => id));
  return [...graph.areaRelations]
    .filter(([, areas]) => [...areas].some(([area, { size }]) => size > 0 && around.has(area)))
    .map(([subject]) => subject)
    .sort();
}

function* activeLeases({ homes }: TwinGraph): Generator<Unit> {
  for (const { home, leases } of homes.values()) {
    for (const { lease, state } of leases.values()) if (state === 'active') yield { home: home.id, id: lease.id };
  }
}

function endLeaseEarly(world: World, { home, id }: Unit): void {
  if (world.graph.lease(home, id).state !== 'active') return;
  world.apply(endLease(world.graph, { home, lease: id }));
}

function* emptyHomes({ homes }: TwinGraph): Generator<Unit> {
  for (const node of homes.values()) if (isToLet(node)) yield { home: node.home.id, id: node.home.id };
}

function isToLet({ occupancy, leases, people }: HomeNode): boolean {
  if (occupancy !== 'vacant' || [...leases.values()].some(({ state }) => state !== 'ended')) return false;
  return [...people.values()].some((relations) => relations.has('owner'));
}

function signLease(world: World, { home }: Unit, chance: Chance): void {
  const node = world.graph.home(home);
  if (!isToLet(node)) return;
  const [landlord] = [...node.people].find(([, relations]) => relations.has('owner'))!;
  const tenant = world.newId('person');
  // Between half and one and a half of the usual time ahead.
  const starts = world.now + world.delay('lease.start') / 2 + chance.below(world.delay('lease.start'));
  const [from, until] = [starts, starts + world.delay('lease.term')].map((at) => new Date(at).toISOString());
  const lease = { id: world.newId('lease'), home, tenant, landlord, starts: from!, ends: until! };
  const changes: readonly Change[] = [
    { kind: 'person_added', person: { id: tenant, ageBand: 'adult' } },
    { kind: 'lease_signed', lease },
  ];
  world.apply(changes);
}
