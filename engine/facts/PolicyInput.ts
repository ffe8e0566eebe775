import type {
  Action,
  AgeBand,
  AlarmKind,
  Assurance,
  BasisType,
  Category,
  Cohort,
  DeviceKind,
  DeviceState,
  DeviceTrust,
  EmergencyAccessState,
  Granularity,
  HomeFlag,
  InstrumentState,
  Label,
  LastSeen,
  LeaseState,
  Move,
  Occupancy,
  OrganisationKind,
  Purpose,
  Relation,
  ResourceType,
  Role,
  Side,
  Tier,
} from '../../twin/words.ts';
import { factSettings } from './factSettings.ts';

/**
 * What a policy may look at: the facts about one cell, at one instant. `policies/input.schema.json` says the same as a
 * JSON Schema.
 *
 * Every value is from a closed list, a boolean or a sorted list of such, so that cells with equal inputs can be counted
 * as one class. There are no ids, dates or numbers: what starts, ends or goes stale has done so before the input is made.
 */
export type PolicyInput = {
  readonly subject: SubjectFacts;
  readonly action: Action;
  readonly purpose: Purpose;
  /** What the graph knows between the subject and this home; sorted. */
  readonly relations: readonly Relation[];
  readonly resource: ResourceFacts;
  readonly context: ContextFacts;
  /** What the caller says, unchecked. Absent for the types of resource that the twin knows. */
  readonly claims?: Readonly<Record<string, unknown>>;
};

/** Who asks. */
type SubjectFacts = {
  readonly tier: Tier | 'anonymous';
  readonly organisation: OrganisationKind | null;
  /** Sorted. */
  readonly roles: readonly Role[];
  readonly assurance: Assurance;
  readonly multi_factor: boolean;
  /** How old the person is who asks; null where no person does. */
  readonly age_band: AgeBand | null;
};

/** What is asked for, and the home it belongs to. */
type ResourceFacts = {
  readonly type: ResourceType;
  readonly label: Label;
  readonly home: HomeFacts;
  readonly device: DeviceFacts | null;
  /** The people whose datum it is; sorted by their canonical JSON. */
  readonly owners: readonly OwnerFact[];
  /** Of a catalogue entry, sharing request, order, agreement or emergency access; null for all others. */
  readonly instrument: InstrumentFacts | null;
};

/** Where an instrument stands, what is to be done with it, and what the subject has to do with it. */
export type InstrumentFacts = {
  readonly state: 'none' | InstrumentState | EmergencyAccessState;
  readonly move: Move | null;
  /** What the subject has done with it; sorted. */
  readonly done: readonly Move[];
  /** The sides that the subject stands on; sorted. */
  readonly sides: readonly Side[];
};

/** The home's state as far as policies may know it. */
type HomeFacts = {
  readonly occupancy: Occupancy;
  readonly lease: 'none' | LeaseState;
  /** Sorted. */
  readonly flags: readonly HomeFlag[];
  /** The rules that waivers keep from acting, `<policy>/<rule>`; sorted. */
  readonly waivers: readonly string[];
  /** Whether a bundle that is rolled out in stages decides for it already. */
  readonly cohort: Cohort;
};

type DeviceFacts = {
  readonly trust: DeviceTrust;
  readonly state: DeviceState;
  readonly last_seen: LastSeen;
  readonly kind: DeviceKind;
};

/** One owner of the datum and what they have allowed. */
export type OwnerFact = {
  readonly age_band: AgeBand;
  /** Those in force now for this subject, action and purpose; sorted by their canonical JSON. */
  readonly basis: readonly BasisFact[];
  /** There, and true, when they allowed this subject something for another purpose and nothing for this one. */
  readonly other_purpose?: true;
};

export type BasisFact = {
  readonly type: BasisType;
  /** Sorted. */
  readonly categories: readonly Category[];
  readonly granularity: Granularity;
};

/** The circumstances: all facts of the twin or the connection, none a claim. */
type ContextFacts = {
  /** The named windows that are in force now; sorted. */
  readonly time_windows: readonly string[];
  /** The kinds of the alarms that are raised in this home; sorted. */
  readonly emergency: readonly AlarmKind[];
  /** The categories that two people have opened for the subject in this home for a short while; sorted. */
  readonly break_glass: readonly Category[];
  readonly channel: Channel;
  readonly residency: Residency;
};

/** The named windows of `policies/facts.yaml`. */
export const TIME_WINDOWS: readonly string[] = factSettings.timeWindows.map(({ name }) => name);

/** By which door the request came. */
export const CHANNELS = ['api', 'mqtt', 'cloud', 'local'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Where the answer goes: data stay in the country. */
export const RESIDENCIES = ['domestic', 'foreign'] as const;
type Residency = (typeof RESIDENCIES)[number];
