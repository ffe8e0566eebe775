import { CodedError } from '../CodedError.ts';
import type {
  Account,
  Act,
  Alarm,
  Area,
  AreaBasis,
  Basis,
  Change,
  Device,
  Drill,
  EmergencyAccess,
  Finding,
  GeoPlace,
  GuardedAnswer,
  Home,
  Instrument,
  Lease,
  Organisation,
  Person,
  Room,
  Waiver,
} from '../changes.ts';
import { homeOf } from '../changes.ts';
import type {
  AlarmState,
  Cohort,
  DeviceState,
  DrillState,
  EmergencyAccessState,
  EscalationTarget,
  HomeFlag,
  InstrumentState,
  Label,
  LastSeen,
  LeaseState,
  Occupancy,
  Relation,
  WaiverState,
} from '../words.ts';
import { type CommandNode, foldCommand, forgetTenancy, moveCommandNode } from './HomeCommands.ts';
import { foldHomeRecord, type HomeRecords } from './HomeRecords.ts';
import { foldHousehold, type Household } from './Household.ts';
import { isCovered, type RolloutShare } from './isCovered.ts';
import { tenancyOf } from './tenancyOf.ts';
import { granteeKey } from './touchedBy.ts';

/** The last value of a property. `at` is the source's time, `receivedAt` ours; both milliseconds since 1970. */
export type PropertyValue = { readonly value: unknown; readonly at: number; readonly receivedAt: number };

export type DeviceNode = {
  readonly device: Device;
  name: string;
  state: DeviceState;
  /** Last values by property id. */
  readonly values: Map<string, PropertyValue>;
  /** When its last message came in, in milliseconds since 1970; null when none ever did. */
  lastSeenAt: number | null;
  /** How long ago that is in words, as of when somebody last noted it. */
  lastSeen: LastSeen;
  /** What rules remembered of it when the twin was last kept, until they take it up; null when nothing. */
  ruleMemory: unknown;
  /** Labels that the owner set in place of the type's. */
  readonly labels: Map<string, Label>;
};
export type LeaseNode = { readonly lease: Lease; state: LeaseState };
export type AlarmNode = {
  readonly alarm: Alarm;
  state: AlarmState;
  /** How it was moved since it was raised, oldest first; what is known of old ones has no instant. */
  readonly moves: { readonly to: AlarmState; readonly by: string | null; readonly at: string | null }[];
  /** To whom it was told because nobody had acknowledged it, oldest first. */
  readonly escalations: { readonly to: EscalationTarget; readonly at: string }[];
  /** The lease under which the home was lived in when it was raised; null when it was not let. */
  readonly tenancy: string | null;
};
export type DrillNode = { readonly drill: Drill; state: DrillState };
export type InstrumentNode = {
  readonly instrument: Instrument;
  state: InstrumentState;
  ends: string | null;
  /** What was done with it, oldest first. */
  readonly acts: Act[];
};
export type WaiverNode = {
  readonly waiver: Waiver;
  state: WaiverState;
  /** When it came into force and when it ended, ISO 8601 in UTC; null while it has not. */
  inForceAt: string | null;
  endedAt: string | null;
};
export type EmergencyAccessNode = {
  readonly access: EmergencyAccess;
  state: EmergencyAccessState;
  /** For whom it is: whom those who opened and confirmed it act for. */
  readonly parties: Set<string>;
  /** What was done with it, oldest first. */
  readonly acts: Act[];
};
export type HomeNode = {
  readonly home: Home;
  occupancy: Occupancy;
  /** Its own place; null where it stands as its area does (`placeOf`). */
  place: GeoPlace | null;
  readonly flags: Set<HomeFlag>;
  readonly rooms: Map<string, Room>;
  readonly devices: Map<string, DeviceNode>;
  readonly leases: Map<string, LeaseNode>;
  /** Bases in force. */
  readonly bases: Map<string, Basis>;
  /** Waivers for this home alone, also those that ended. */
  readonly waivers: Map<string, WaiverNode>;
  readonly alarms: Map<string, AlarmNode>;
  readonly drills: Map<string, DrillNode>;
  /** Every time the glass was broken. */
  readonly emergencyAccesses: Map<string, EmergencyAccessNode>;
  readonly findings: Finding[];
  /** What its people set about it; null while they have set nothing. */
  household: Household | null;
  /** Bindings of its devices, their firmware, and incidents. */
  records: HomeRecords;
  /** Direct relations: subject id to relations. */
  readonly people: Map<string, Set<Relation>>;
};

/** Somebody who reads a graph and keeps what it was: told before it changes. */
export type GraphFork = {
  beforeChange(change: Change): void;
  /** What a home's devices say, or how long ago they did, is about to change. */
  beforeContact(home: string): void;
};

/**
 * The graph of everything known now, folded from changes: reading it is synchronous and touches no disk.
 * It answers what is so and never what that implies. A change to something unknown throws `twin:<thing>.not_found`.
 */
export class TwinGraph {
  /** The number of the last change folded in; it rises by one with each. */
  revision = 0;
  readonly areas = new Map<string, Area>();
  readonly organisations = new Map<string, Organisation>();
  readonly people = new Map<string, Person>();
  readonly accounts = new Map<string, Account>();
  readonly homes = new Map<string, HomeNode>();
  /** Relations of a subject to areas: subject id to area id to relations. */
  readonly areaRelations = new Map<string, Map<string, Set<Relation>>>();
  /** Waivers for all homes of an area, also those that ended: area id to waiver id. */
  readonly areaWaivers = new Map<string, Map<string, WaiverNode>>();
  /** Homes by the area they stand in. */
  readonly homesOfArea = new Map<string, Set<string>>();
  readonly areaPlaces = new Map<string, GeoPlace>();
  readonly childrenOfArea = new Map<string, Set<string>>();
  /** Homes to which a subject (person or organisation) has a direct relation, a lease, a basis or emergency access, ever. */
  readonly homesOfSubject = new Map<string, Set<string>>();
  /** The home of a device id. */
  readonly homeOfDevice = new Map<string, string>();
  /** Homes whose facts changed since somebody last asked, for whoever keeps columns. */
  readonly dirtyHomes = new Set<string>();
  /** Homes whose present values were cleared since somebody last asked, for whoever keeps them. */
  readonly wipedHomes = new Set<string>();
  readonly instruments = new Map<string, InstrumentNode>();
  /** Bases in force that cover all homes of an area, by `granteeKey` and id. */
  readonly areaBases = new Map<string, Map<string, AreaBasis>>();
  /** Guarded answers by organisation and, in its list, in the order in which they were given. */
  readonly guardedAnswers = new Map<string, readonly GuardedAnswer[]>();
  /** Commands by home and id: those that are open or hold an actuator, and the last ones of each device. */
  readonly commands = new Map<string, Map<string, CommandNode>>();
  /** The revision at which relations to areas or bases of areas last changed: what rests on an area is stale from then on. */
  areasRevision = 0;
  /** How many of the changes up to the revision are missing, because their bodies were erased. */
  erased = 0;
  /** How far a bundle is rolled out; null when none is. No change says so: who keeps the roll-out tells it. */
  rollout: RolloutShare | null = null;
  readonly #forks = new Set<WeakRef<GraphFork>>();

  /** Folds a change in. Throws `twin:<thing>.not_found`, and is as it was then. */
  apply(change: Change): void {
    this.#tellForks((fork) => fork.beforeChange(change));
    switch (change.kind) {
      case 'area_added':
        this.areas.set(change.area.id, change.area);
        if (change.area.parent) addTo(this.childrenOfArea, change.area.parent, change.area.id);
        break;
      case 'organisation_added':
        this.organisations.set(change.organisation.id, change.organisation);
        break;
      case 'person_added':
        this.people.set(change.person.id, change.person);
        break;
      case 'account_added':
        this.accounts.set(change.account.id, change.account);
        break;
      case 'home_added':
        this.#addHome(change.home);
        break;
      case 'area_placed':
        found(this.areas.get(change.area), 'area', change.area);
        this.areaPlaces.set(change.area, change.place);
        break;
      case 'home_placed':
        this.home(change.home).place = change.place;
        break;
      case 'home_flagged':
        if (change.on) this.home(change.home).flags.add(change.flag);
        else this.home(change.home).flags.delete(change.flag);
        break;
      case 'occupancy_changed':
        this.home(change.home).occupancy = change.occupancy;
        break;
      case 'relation_added':
        this.#relate(change.subject, change.object, (relations) => relations.add(change.relation));
        break;
      case 'relation_ended':
        this.#relate(change.subject, change.object, (relations) => relations.delete(change.relation));
        break;
      case 'room_added':
        this.home(change.room.home).rooms.set(change.room.id, change.room);
        break;
      case 'device_registered':
        this.home(change.device.home).devices.set(change.device.id, {
          device: change.device,
          name: change.device.name,
          state: 'registered',
          values: new Map(),
          ruleMemory: null,
          lastSeenAt: null,
          lastSeen: 'never',
          labels: new Map(),
        });
        this.homeOfDevice.set(change.device.id, change.device.home);
        break;
      case 'device_renamed':
        this.device(change.home, change.device).name = change.name;
        break;
      case 'device_transitioned':
        this.device(change.home, change.device).state = change.to;
        break;
      case 'property_relabelled':
        this.device(change.home, change.device).labels.set(change.property, change.label);
        break;
      case 'lease_signed':
        this.home(change.lease.home).leases.set(change.lease.id, { lease: change.lease, state: 'signed' });
        addTo(this.homesOfSubject, change.lease.tenant, change.lease.home);
        addTo(this.homesOfSubject, change.lease.landlord, change.lease.home);
        break;
      case 'lease_transitioned':
        this.#moveLease(change.home, change.lease, change.to);
        break;
      case 'basis_given':
        this.home(change.basis.home).bases.set(change.basis.id, change.basis);
        addTo(this.homesOfSubject, change.basis.grantee, change.basis.home);
        break;
      case 'basis_ended':
        this.home(change.home).bases.delete(change.basis);
        break;
      case 'area_basis_given':
        upsert(this.areaBases, granteeKey(change.basis.grantee), () => new Map()).set(change.basis.id, change.basis);
        this.areasRevision = this.revision + 1;
        break;
      case 'area_basis_ended':
        for (const bases of this.areaBases.values()) bases.delete(change.basis);
        this.areasRevision = this.revision + 1;
        break;
      case 'instrument_made': {
        const { instrument, act } = change;
        const { ends } = instrument;
        this.instruments.set(instrument.id, { instrument, state: FIRST_STATES[instrument.kind], ends, acts: [act] });
        break;
      }
      case 'instrument_transitioned': {
        const node = this.instrument(change.instrument);
        node.state = change.to;
        node.ends = change.ends ?? node.ends;
        node.acts.push(change.act);
        break;
      }
      case 'waiver_given':
        this.#waiversOf(change.waiver).set(change.waiver.id, {
          waiver: change.waiver,
          state: 'given',
          inForceAt: null,
          endedAt: null,
        });
        break;
      case 'waiver_transitioned':
        this.#moveWaiver(change);
        break;
      case 'emergency_access_opened': {
        const { access, act } = change;
        const node: EmergencyAccessNode = { access, state: 'opened', parties: new Set([access.party]), acts: [act] };
        this.home(access.home).emergencyAccesses.set(access.id, node);
        addTo(this.homesOfSubject, access.party, access.home);
        break;
      }
      case 'emergency_access_transitioned':
        this.#moveEmergencyAccess(change);
        break;
      case 'alarm_raised':
        this.#raise(change.alarm);
        break;
      case 'alarm_transitioned': {
        const node = this.alarm(change.home, change.alarm);
        node.state = change.to;
        node.moves.push({ to: change.to, by: change.by, at: change.at ?? null });
        break;
      }
      case 'alarm_escalated':
        this.alarm(change.home, change.alarm).escalations.push({ to: change.to, at: change.at });
        break;
      case 'drill_announced':
        this.home(change.drill.home).drills.set(change.drill.id, { drill: change.drill, state: 'announced' });
        break;
      case 'drill_transitioned':
        this.drill(change.home, change.drill).state = change.to;
        break;
      case 'command_issued':
        foldCommand(
          upsert(this.commands, change.command.home, () => new Map()),
          change.command,
          this.home(change.command.home),
        );
        break;
      case 'command_transitioned':
        moveCommandNode(
          upsert(this.commands, change.home, () => new Map()),
          change,
        );
        break;
      case 'finding_raised':
        this.home(change.finding.home).findings.push(change.finding);
        break;
      case 'record_opened':
      case 'record_moved':
      case 'record_overdue': {
        const node = this.home(change.home);
        node.records = foldHomeRecord(node.records, change);
        break;
      }
      case 'mode_changed':
      case 'pack_switched':
      case 'scene_set':
      case 'scene_removed':
      case 'scene_run':
      case 'scene_undone':
      case 'home_rule_changed': {
        const node = this.home(change.home);
        node.household = foldHousehold(node.household, change);
        break;
      }
      case 'guarded_answer_given': {
        const { organisation } = change.answer;
        this.guardedAnswers.set(organisation, [...(this.guardedAnswers.get(organisation) ?? []), change.answer]);
        break;
      }
    }
    const home = homeOf(change);
    // No fact tells of commands.
    if (home && !change.kind.startsWith('command_')) this.dirtyHomes.add(home);
    this.revision += 1;
  }

  /** Lets a bundle that is rolled out decide for this share of the homes, or for none. */
  rollOut(next: RolloutShare | null): void {
    const last = this.rollout;
    this.rollout = next;
    for (const id of this.homes.keys()) if (isCovered(id, last) !== isCovered(id, next)) this.dirtyHomes.add(id);
  }

  /** The cohort of a home by its id; an area, which is read as a home without one, is never rolled out to. */
  cohortOf(home: string): Cohort {
    return isCovered(home, this.rollout) ? 'rollout' : 'rest';
  }

  home(id: string): HomeNode {
    return found(this.homes.get(id), 'home', id);
  }

  device(home: string, id: string): DeviceNode {
    return found(this.home(home).devices.get(id), 'device', id);
  }

  alarm(home: string, id: string): AlarmNode {
    return found(this.home(home).alarms.get(id), 'alarm', id);
  }

  drill(home: string, id: string): DrillNode {
    return found(this.home(home).drills.get(id), 'drill', id);
  }

  lease(home: string, id: string): LeaseNode {
    return found(this.home(home).leases.get(id), 'lease', id);
  }

  emergencyAccess(home: string, id: string): EmergencyAccessNode {
    return found(this.home(home).emergencyAccesses.get(id), 'emergency_access', id);
  }

  instrument(id: string): InstrumentNode {
    return found(this.instruments.get(id), 'instrument', id);
  }

  /** The bases in force for a grantee that cover areas; those that cover all homes standing in one, when it is given. */
  areaBasesFor(grantee: AreaBasis['grantee'], area?: string): AreaBasis[] {
    const bases = [...(this.areaBases.get(granteeKey(grantee))?.values() ?? [])];
    return area === undefined ? bases : bases.filter((basis) => this.liesWithin(area, basis.area));
  }

  /** The bases in force, for whomever, that cover all homes standing in an area. */
  areaBasesOver(area: string): AreaBasis[] {
    const all = [...this.areaBases.values()].flatMap((bases) => [...bases.values()]);
    return all.filter((basis) => this.liesWithin(area, basis.area));
  }

  /** The waivers of a home alone and of the areas in which it stands, also those that ended. */
  *waiversOver({ home: { area }, waivers }: HomeNode): Generator<WaiverNode> {
    yield* waivers.values();
    if (this.areaWaivers.size === 0) return;
    for (const { id } of this.areaPath(area)) yield* this.areaWaivers.get(id)?.values() ?? [];
  }

  /** The area and all that contain it, narrowest first. Empty when it is unknown. */
  areaPath(id: string): Area[] {
    const path: Area[] = [];
    for (let area = this.areas.get(id); area && path.length < 16; area = this.areas.get(area.parent ?? '')) {
      path.push(area);
    }
    return path;
  }

  /** Whether the area `inner` is `outer` or lies in it. */
  liesWithin(inner: string, outer: string): boolean {
    return this.areaPath(inner).some((area) => area.id === outer);
  }

  /** The ids of all homes in an area and the areas below it, in the order they were added. */
  *homesWithin(area: string): Generator<string> {
    yield* this.homesOfArea.get(area) ?? [];
    for (const child of this.childrenOfArea.get(area) ?? []) yield* this.homesWithin(child);
  }

  /** Takes in the value of a property, unless what is known is newer. Returns whether it was taken. */
  setValue(home: string, device: string, property: string, value: PropertyValue): boolean {
    this.#tellForks((fork) => fork.beforeContact(home));
    const node = this.device(home, device);
    const { values } = node;
    const known = values.get(property);
    this.#hear(node, value.receivedAt);
    if (known && known.at > value.at) return false;
    values.set(property, value);
    return true;
  }

  /** Notes how long ago a device was last heard. It is no change: it follows from what is known and the time. */
  noteLastSeen(home: string, device: string, lastSeen: LastSeen): void {
    this.#tellForks((fork) => fork.beforeContact(home));
    this.device(home, device).lastSeen = lastSeen;
    this.dirtyHomes.add(home);
  }

  /** Tells a fork of what is about to change, for as long as somebody holds it. */
  addFork(fork: GraphFork): void {
    this.#forks.add(new WeakRef(fork));
  }

  #tellForks(tell: (fork: GraphFork) => void): void {
    for (const reference of this.#forks) {
      const fork = reference.deref();
      if (fork) tell(fork);
      else this.#forks.delete(reference);
    }
  }

  /** A message came of a device, whatever it said. */
  #hear(node: DeviceNode, at: number): void {
    node.lastSeenAt = Math.max(node.lastSeenAt ?? at, at);
    if (node.lastSeen === 'fresh') return;
    node.lastSeen = 'fresh';
    this.dirtyHomes.add(node.device.home);
  }

  #addHome(home: Home): void {
    this.homes.set(home.id, newHome(home));
    addTo(this.homesOfArea, home.area, home.id);
  }

  #relate(subject: string, object: string, edit: (relations: Set<Relation>) => void): void {
    const node = this.homes.get(object);
    if (!node && !this.areas.has(object)) found(undefined, 'home', object);
    const bySubject = node ? node.people : upsert(this.areaRelations, subject, () => new Map());
    edit(upsert(bySubject, node ? subject : object, () => new Set()));
    if (!node) {
      this.areasRevision = this.revision + 1;
      return;
    }
    addTo(this.homesOfSubject, subject, object);
    this.dirtyHomes.add(object);
  }

  #waiversOf({ home, area }: Pick<Waiver, 'home' | 'area'>): Map<string, WaiverNode> {
    if (home !== null) return this.home(home).waivers;
    found(this.areas.get(area ?? ''), 'area', area ?? '');
    return upsert(this.areaWaivers, area!, () => new Map());
  }

  /** One of an area changes what holds for all homes in it. */
  #moveWaiver(change: Extract<Change, { kind: 'waiver_transitioned' }>): void {
    const node = found(this.#waiversOf(change).get(change.waiver), 'waiver', change.waiver);
    node.state = change.to;
    if (change.to === 'in_force') node.inForceAt = change.at;
    else node.endedAt = change.at;
    if (change.area !== null) for (const home of this.homesWithin(change.area)) this.dirtyHomes.add(home);
  }

  #moveEmergencyAccess(change: Extract<Change, { kind: 'emergency_access_transitioned' }>): void {
    const node = this.emergencyAccess(change.home, change.access);
    node.state = change.to;
    node.acts.push(change.act);
    if (change.to !== 'confirmed' || change.party === null) return;
    node.parties.add(change.party);
    addTo(this.homesOfSubject, change.party, change.home);
  }

  #raise(alarm: Alarm): void {
    const home = this.home(alarm.home);
    home.alarms.set(alarm.id, {
      alarm,
      state: 'raised',
      moves: [],
      escalations: [],
      tenancy: tenancyOf(home),
    });
  }

  /**
   * When a tenancy ends, what its tenant's life showed is no longer the home's present. What one household set does not act
   * on the next: neither the owner's on the tenant who moves in, nor the tenant's on who comes after.
   */
  #moveLease(home: string, lease: string, to: LeaseState): void {
    const node = this.lease(home, lease);
    const from = node.state;
    node.state = to;
    if (to === 'active' || from === 'active') {
      this.home(home).household = null;
      forgetTenancy(this.commands.get(home) ?? new Map());
    }
    if (from !== 'active' || to !== 'ended') return;
    for (const device of this.home(home).devices.values()) device.values.clear();
    this.wipedHomes.add(home);
  }
}

/** A home in which nobody lives, nothing stands and nothing happened yet. */
export function newHome(home: Home): HomeNode {
  return {
    home,
    occupancy: home.occupancy,
    place: null,
    flags: new Set(),
    rooms: new Map(),
    devices: new Map(),
    leases: new Map(),
    bases: new Map(),
    waivers: new Map(),
    alarms: new Map(),
    drills: new Map(),
    emergencyAccesses: new Map(),
    findings: [],
    household: null,
    records: new Map(),
    people: new Map(),
  };
}

/** Where each kind of instrument begins. */
export const FIRST_STATES = {
  catalogue_entry: 'draft',
  sharing_request: 'requested',
  order: 'registered',
  agreement: 'proposed',
} as const satisfies Record<Instrument['kind'], InstrumentState>;

function found<Thing>(thing: Thing | undefined, kind: string, id: string): Thing {
  if (thing === undefined) throw new CodedError(`twin:${kind}.not_found`, `no ${kind} \`${id}\``);
  return thing;
}

function upsert<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  upsert(map, key, () => new Set<string>()).add(value);
}
