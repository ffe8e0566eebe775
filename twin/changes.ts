import type { HomeRecordChange } from './homeRecords.ts';
import type { HouseholdChange } from './householdChanges.ts';
import type {
  AgeBand,
  AlarmKind,
  AlarmState,
  AreaLevel,
  Assurance,
  BasisType,
  Category,
  Claimant,
  CommandReason,
  CommandState,
  DeviceState,
  DeviceTrust,
  DrillState,
  EmergencyAccessState,
  EscalationTarget,
  Granularity,
  HomeFlag,
  InstrumentState,
  Label,
  LeaseState,
  Move,
  Occupancy,
  OrganisationKind,
  Purpose,
  Relation,
  Role,
  Sharing,
  Tier,
  WaiverState,
} from './words.ts';

export type Area = {
  readonly id: string;
  readonly level: AreaLevel;
  readonly name: string;
  readonly parent: string | null;
};
/** Where something stands on the earth, and whose clock hangs on its walls. */
export type GeoPlace = {
  /** Degrees, north and east of the equator and Greenwich. */
  readonly latitude: number;
  readonly longitude: number;
  /** An IANA time zone. */
  readonly timeZone: string;
};
export type Organisation = {
  readonly id: string;
  readonly kind: OrganisationKind;
  readonly name: string;
  /** The area that its platform serves, if it serves one. */
  readonly area: string | null;
};
export type Person = { readonly id: string; readonly ageBand: AgeBand };

/** Who can ask: an account stands for a person, for an organisation, or for a person who acts for one. */
export type Account = {
  readonly id: string;
  readonly person: string | null;
  readonly organisation: string | null;
  /** The area of the platform that it works at; homes in it are `contains`. */
  readonly area: string | null;
  readonly tier: Tier;
  readonly roles: readonly Role[];
  readonly assurance: Assurance;
  readonly multiFactor: boolean;
};
export type Home = { readonly id: string; readonly area: string; readonly name: string; readonly occupancy: Occupancy };
export type Room = { readonly id: string; readonly home: string; readonly name: string };
export type Device = {
  readonly id: string;
  readonly home: string;
  readonly room: string | null;
  /** The address on its own network, such as an IEEE address; it stays when the name changes. */
  readonly address: string;
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
  readonly trust: DeviceTrust;
};
export type Lease = {
  readonly id: string;
  readonly home: string;
  readonly tenant: string;
  readonly landlord: string;
  /** Instants, ISO 8601 in UTC. */
  readonly starts: string;
  readonly ends: string;
};

/** What a use of data may rest on: who gave it to whom, for what, about whom. It is in force from given to ended. */
export type Basis = {
  readonly id: string;
  readonly type: BasisType;
  readonly home: string;
  /** The person whose data it opens; null opens the data of all in the home. */
  readonly person: string | null;
  /** The person or organisation that gave it. */
  readonly givenBy: string;
  /** The person or organisation that may rest on it. */
  readonly grantee: string;
  readonly purposes: readonly Purpose[];
  readonly categories: readonly Category[];
  readonly granularity: Granularity;
  /** When it ends by itself, ISO 8601 in UTC; null has no term. */
  readonly ends: string | null;
};

/** A basis for the data of all homes of an area, also of those that come later. It is in force from given to ended. */
export type AreaBasis = Pick<Basis, 'id' | 'type' | 'givenBy' | 'purposes' | 'categories' | 'granularity' | 'ends'> & {
  readonly area: string;
  /** Who may rest on it: one person or organisation, or every organisation of a kind. */
  readonly grantee: { readonly party: string } | { readonly kind: OrganisationKind };
};

/** What every instrument says: which data it opens, where, and for what. */
type Coverage = {
  readonly id: string;
  readonly area: string;
  /** The homes of the area that it is confined to; null covers all of them. */
  readonly homes: readonly string[] | null;
  readonly purposes: readonly Purpose[];
  readonly categories: readonly Category[];
  readonly granularity: Granularity;
  /** When it ends by itself, ISO 8601 in UTC; null has no term yet. */
  readonly ends: string | null;
};

/** A data set that is offered: what is `unconditional` is open to its audience, what is `restricted` may be requested. */
export type CatalogueEntry = Coverage & {
  readonly kind: 'catalogue_entry';
  readonly name: string;
  /** The id of the first version of it. */
  readonly dataSet: string;
  readonly version: number;
  readonly sharing: Exclude<Sharing, 'not_shared'>;
  readonly audience: readonly OrganisationKind[];
};

/** What somebody asks of a data set of the catalogue, beyond what is open. */
export type SharingRequest = Coverage & {
  readonly kind: 'sharing_request';
  readonly dataSet: string;
  readonly grantee: string;
  readonly reason: string;
};

/** A lawful order to give data to an authority (CC-4.2.3.2-c-2, R-24). */
export type Order = Coverage & {
  readonly kind: 'order';
  /** The number under which whoever issued it knows it. */
  readonly number: string;
  readonly grantee: string;
};

/** What two organisations agree in writing. */
export type Agreement = Coverage & {
  readonly kind: 'agreement';
  readonly title: string;
  readonly provider: string;
  readonly grantee: string;
};

/** A record of an area by which a use of data comes to have a basis. */
export type Instrument = CatalogueEntry | SharingRequest | Order | Agreement;

/** What two people open in a home for a short while where no alarm does (break-glass). */
export type EmergencyAccess = {
  readonly id: string;
  readonly home: string;
  readonly categories: readonly Category[];
  readonly reason: string;
  /** Whom the one who opens it acts for; when another confirms it, it is for whom that one acts, too. */
  readonly party: string;
  /** ISO 8601 in UTC. */
  readonly ends: string;
};

/** Who did what with a record, when: `by` is an account, null when time did; `at` is ISO 8601 in UTC. */
export type Act = { readonly move: Move | 'expire' | 'replace'; readonly by: string | null; readonly at: string };
/** What keeps rules from acting for a while: by whom, why, for which homes. It is in force from its start until its end. */
export type Waiver = {
  readonly id: string;
  /** The rules that do not act, `<policy>/<rule>`; sorted. */
  readonly rules: readonly string[];
  /** The home for which, or the area for all of whose homes: one of the two. */
  readonly home: string | null;
  readonly area: string | null;
  /** Who answers for it, in words. */
  readonly owner: string;
  readonly reason: string;
  /** The account that gave it. */
  readonly givenBy: string;
  /** Instants, ISO 8601 in UTC. */
  readonly starts: string;
  readonly ends: string;
};
/**
 * What an organisation was answered about homes under noise, which adds up: the answers of a term have a budget. It names no
 * person; who asked stands in the audit.
 */
export type GuardedAnswer = {
  /** A digest of what was asked; equal for equal questions. */
  readonly question: string;
  readonly organisation: string;
  /** The day (`YYYY-MM-DD`, UTC+8) as at whose beginning homes were counted. */
  readonly day: string;
  /** Names the state that the homes were counted in: drawn by chance, so that it tells nothing of it. */
  readonly state: string;
  /** What the answer cost. */
  readonly units: number;
};
export type Alarm = {
  readonly id: string;
  readonly home: string;
  readonly kind: AlarmKind;
  readonly device: string | null;
  readonly rule: string;
  readonly raisedAt: string;
  /** The number that raised it, where one did. */
  readonly measured?: Measured;
  /** The drill that raised it; what is real has none. */
  readonly drill?: string;
};
/** A number that a device said. */
export type Measured = { readonly property: string; readonly value: number; readonly unit: string | null };
/** A time in which the alarms of a home are tried out, on these of its devices. */
export type Drill = {
  readonly id: string;
  readonly home: string;
  readonly title: string;
  readonly devices: readonly string[];
  /** ISO 8601 in UTC. */
  readonly starts: string;
  readonly ends: string;
  /** The account that announced it. */
  readonly by: string;
};
/** Who asked for a command: a rule in one of its runs, or somebody by an account. */
type CommandBy =
  | { readonly kind: 'rule'; readonly rule: string; readonly run: string | null }
  | { readonly kind: 'account'; readonly account: string | null };

/**
 * How long what a command wants stands against what others want: not at all, until an instant (ISO 8601 in UTC), until
 * its alarm is reset, or until somebody has looked on the spot.
 */
export type Hold = { readonly kind: 'none' | 'alarm' | 'inspection' } | { readonly kind: 'until'; readonly at: string };

/** What somebody wants of a device, decided and on its way. */
export type Command = {
  readonly id: string;
  readonly home: string;
  readonly device: string;
  /** Value by property id. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly claimant: Claimant;
  /** Between commands of one claimant that came of one event the higher wins. */
  readonly priority: number;
  readonly by: CommandBy;
  /** The alarm that it answers, if it answers one. */
  readonly alarm: Pick<Alarm, 'id' | 'kind'> | null;
  /** Instants, ISO 8601 in UTC: what is not acknowledged by the second has expired. */
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly hold: Hold;
};

/** Which command won an actuator, and by what: what whoever lost is answered. */
export type CommandWinner = Pick<Command, 'claimant' | 'by' | 'hold'> & {
  readonly command: string;
  /** The property over which the two differed. */
  readonly property: string;
  /** The entry of `rules/precedence.yaml` that decided, and its clauses. */
  readonly precedence: string;
  readonly clauses: readonly string[];
};
export type Finding = {
  readonly id: string;
  readonly home: string;
  readonly kind: 'foreign_command';
  readonly device: string | null;
};

/** Why a basis ended. */
export type BasisEnd = 'withdrawn' | 'expired' | 'lease_ended' | 'replaced';

/**
 * What can happen to the graph. Every change is a fact of the past, is kept for ever, and folds into the same graph at
 * each start. A shape that must change gets a new version and an upcaster in `twin/stores/upcast.ts`.
 */
export type Change =
  | HouseholdChange
  | HomeRecordChange
  | { readonly kind: 'area_added'; readonly area: Area }
  | { readonly kind: 'organisation_added'; readonly organisation: Organisation }
  | { readonly kind: 'person_added'; readonly person: Person }
  | { readonly kind: 'account_added'; readonly account: Account }
  | { readonly kind: 'home_added'; readonly home: Home }
  /** Homes of an area stand where it does, unless they or an area closer around them are placed themselves. */
  | { readonly kind: 'area_placed'; readonly area: string; readonly place: GeoPlace }
  | { readonly kind: 'home_placed'; readonly home: string; readonly place: GeoPlace }
  | { readonly kind: 'home_flagged'; readonly home: string; readonly flag: HomeFlag; readonly on: boolean }
  | { readonly kind: 'occupancy_changed'; readonly home: string; readonly occupancy: Occupancy }
  /** `subject` is a person or an organisation; `object` a home, or for `manages` and `responder` also an area. */
  | { readonly kind: 'relation_added'; readonly subject: string; readonly relation: Relation; readonly object: string }
  | { readonly kind: 'relation_ended'; readonly subject: string; readonly relation: Relation; readonly object: string }
  | { readonly kind: 'room_added'; readonly room: Room }
  | { readonly kind: 'device_registered'; readonly device: Device }
  | { readonly kind: 'device_renamed'; readonly home: string; readonly device: string; readonly name: string }
  | { readonly kind: 'device_transitioned'; readonly home: string; readonly device: string; readonly to: DeviceState }
  | {
      readonly kind: 'property_relabelled';
      readonly home: string;
      readonly device: string;
      readonly property: string;
      readonly label: Label;
    }
  | { readonly kind: 'lease_signed'; readonly lease: Lease }
  | { readonly kind: 'lease_transitioned'; readonly home: string; readonly lease: string; readonly to: LeaseState }
  | { readonly kind: 'basis_given'; readonly basis: Basis }
  | {
      readonly kind: 'basis_ended';
      readonly home: string;
      readonly basis: string;
      readonly reason: BasisEnd;
    }
  | { readonly kind: 'area_basis_given'; readonly basis: AreaBasis }
  | { readonly kind: 'area_basis_ended'; readonly basis: string; readonly reason: BasisEnd }
  | { readonly kind: 'instrument_made'; readonly instrument: Instrument; readonly act: Act }
  | {
      readonly kind: 'instrument_transitioned';
      readonly instrument: string;
      readonly to: InstrumentState;
      readonly act: Act;
      /** The term that the move gave it; left out when it keeps its own. */
      readonly ends?: string;
    }
  | { readonly kind: 'waiver_given'; readonly waiver: Waiver }
  | {
      readonly kind: 'waiver_transitioned';
      /** Where it is: its home, or its area. */
      readonly home: string | null;
      readonly area: string | null;
      readonly waiver: string;
      readonly to: WaiverState;
      /** When, ISO 8601 in UTC. */
      readonly at: string;
    }
  | { readonly kind: 'emergency_access_opened'; readonly access: EmergencyAccess; readonly act: Act }
  | {
      readonly kind: 'emergency_access_transitioned';
      readonly home: string;
      readonly access: string;
      readonly to: EmergencyAccessState;
      readonly act: Act;
      /** Whom the one who moved it acts for; null when time moved it. */
      readonly party: string | null;
    }
  | { readonly kind: 'alarm_raised'; readonly alarm: Alarm }
  | {
      readonly kind: 'alarm_transitioned';
      readonly home: string;
      readonly alarm: string;
      readonly to: AlarmState;
      /** The account that moved it; null when a rule did. */
      readonly by: string | null;
      /** ISO 8601 in UTC; missing in what was written before this was told. */
      readonly at?: string;
    }
  /** Nobody acknowledged it in time, so it was told to these. */
  | {
      readonly kind: 'alarm_escalated';
      readonly home: string;
      readonly alarm: string;
      readonly to: EscalationTarget;
      readonly at: string;
    }
  | { readonly kind: 'drill_announced'; readonly drill: Drill }
  | {
      readonly kind: 'drill_transitioned';
      readonly home: string;
      readonly drill: string;
      readonly to: DrillState;
      /** The account that moved it; null when time did. */
      readonly by: string | null;
      readonly at: string;
    }
  | { readonly kind: 'command_issued'; readonly command: Command }
  | {
      readonly kind: 'command_transitioned';
      readonly home: string;
      readonly command: string;
      readonly to: CommandState;
      /** When, ISO 8601 in UTC. */
      readonly at: string;
      readonly reason: CommandReason;
      /** When it expires now: what is issued once more has another term. */
      readonly expiresAt?: string;
      /** What the bus or the device said of it; who did something with it by an account. */
      readonly detail?: string;
      readonly by?: string | null;
      readonly winner?: CommandWinner;
    }
  | { readonly kind: 'finding_raised'; readonly finding: Finding }
  | { readonly kind: 'guarded_answer_given'; readonly answer: GuardedAnswer };

/** A change as it lies in the log. `seq` rises by one; `at` is when it was taken in, ISO 8601 in UTC. */
export type ChangeRecord = { readonly seq: number; readonly at: string; readonly change: Change };

/** The home that a change belongs to; null when it belongs to none. */
export function homeOf(change: Change): string | null {
  switch (change.kind) {
    case 'home_added':
      return change.home.id;
    case 'room_added':
      return change.room.home;
    case 'device_registered':
      return change.device.home;
    case 'lease_signed':
      return change.lease.home;
    case 'basis_given':
      return change.basis.home;
    case 'waiver_given':
      return change.waiver.home;
    case 'emergency_access_opened':
      return change.access.home;
    case 'alarm_raised':
      return change.alarm.home;
    case 'command_issued':
      return change.command.home;
    case 'drill_announced':
      return change.drill.home;
    case 'finding_raised':
      return change.finding.home;
    case 'home_placed':
    case 'home_flagged':
    case 'occupancy_changed':
    case 'device_renamed':
    case 'device_transitioned':
    case 'property_relabelled':
    case 'lease_transitioned':
    case 'basis_ended':
    case 'waiver_transitioned':
    case 'emergency_access_transitioned':
    case 'alarm_transitioned':
    case 'record_opened':
    case 'record_moved':
    case 'record_overdue':
    case 'mode_changed':
    case 'pack_switched':
    case 'scene_set':
    case 'scene_removed':
    case 'scene_run':
    case 'scene_undone':
    case 'home_rule_changed':
    case 'command_transitioned':
    case 'alarm_escalated':
    case 'drill_transitioned':
      return change.home;
    default:
      return null;
  }
}
