/**
 * The words of the field: closed lists whose values are spelled one way in code, policies, GraphQL, SQL and JSON.
 * They are lower snake case so that they are legal names in all of those.
 */

/** Where a platform stands; each tier has an access interface of its own (DH-5.4.4-1). */
export const TIERS = ['home', 'property', 'community', 'street', 'district', 'city', 'province'] as const;
export type Tier = (typeof TIERS)[number];

/** Levels of the area tree, widest first. A home stands in a building. */
export const AREA_LEVELS = ['province', 'city', 'district', 'street', 'community', 'building'] as const;
export type AreaLevel = (typeof AREA_LEVELS)[number];

export const SUBJECT_CLASSES = ['personal', 'organisation', 'public'] as const;
type SubjectClass = (typeof SUBJECT_CLASSES)[number];

/** What a datum is about (DH-5.4, CC-A.2.2). */
export const CATEGORIES = [
  'personal_basic',
  'family_basic',
  'device',
  'behaviour',
  'environment',
  'scene',
  'social',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** How much harm a leak does, mildest first (SC-6.3.1). */
export const GRADES = ['general_1', 'general_2', 'general_3', 'general_4', 'important', 'core'] as const;
export type Grade = (typeof GRADES)[number];

/** The three sharing attributes of public data (DH-5.4.6). */
export const SHARINGS = ['unconditional', 'restricted', 'not_shared'] as const;
export type Sharing = (typeof SHARINGS)[number];

/** What a datum is: every property carries one, and what has none is `UNLABELLED`. */
export type Label = {
  readonly subject_class: SubjectClass;
  readonly category: Category;
  readonly grade: Grade;
  readonly sharing: Sharing;
  readonly sensitive: boolean;
};

/** The label of whatever nobody has labelled: as closed as a label can be (DH-5.4.6, evidence). */
export const UNLABELLED: Label = {
  subject_class: 'personal',
  category: 'behaviour',
  grade: 'general_4',
  sharing: 'not_shared',
  sensitive: true,
};

/** What the graph knows between a subject and a home. Policies decide what a relation implies. */
export const RELATIONS = ['resident', 'owner', 'tenant', 'manages', 'contains', 'bound', 'responder'] as const;
export type Relation = (typeof RELATIONS)[number];

/** What a use of data may rest on. */
export const BASIS_TYPES = [
  'consent',
  'guardian_consent',
  'approval',
  'order',
  'agreement',
  'authorisation',
  'catalogue',
] as const;
export type BasisType = (typeof BASIS_TYPES)[number];

/** Why somebody asks. The list is closed and may grow (SH-6.3.2). */
export const PURPOSES = [
  'own_use',
  'property_service',
  'community_service',
  'city_planning',
  'emergency',
  'care',
  'regulation',
  'research',
  'commerce',
] as const;
export type Purpose = (typeof PURPOSES)[number];

export const ACTIONS = ['read', 'command', 'subscribe', 'share', 'manage'] as const;
export type Action = (typeof ACTIONS)[number];

/**
 * The ladder of outcomes, lowest first. Each shows less than the next: nothing, only statistics over many homes, values
 * under a pseudonym, values made coarser, values as reported. The order is a convention of this product.
 */
export const OUTCOMES = ['denied', 'aggregate', 'pseudonymous', 'reduced', 'raw'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const ORGANISATION_KINDS = [
  'property_company',
  'community_office',
  'city_government',
  'regulator',
  'hospital',
  'care_provider',
  'vendor',
  'utility',
  'fire_brigade',
  'research_institute',
  'school_district',
  'credit_agency',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** Roles of accounts. The first seven are the demo's (DH-6.2.3). */
export const ROLES = [
  'resident',
  'tenant',
  'property_manager',
  'community_officer',
  'city_officer',
  'regulator',
  'architect',
  'administrator',
  'responder',
  'clinician',
  'service_provider',
] as const;
export type Role = (typeof ROLES)[number];

/** Age bands that the standards tell apart: minors of 14 and under have a guardian's consent. */
export const AGE_BANDS = ['child_14_and_under', 'minor_15_to_17', 'adult', 'elder'] as const;
export type AgeBand = (typeof AGE_BANDS)[number];

export const OCCUPANCIES = ['vacant', 'owner_occupied', 'rented'] as const;
export type Occupancy = (typeof OCCUPANCIES)[number];

/** Whether a bundle that is rolled out in stages decides for a home already, or does not. */
export type Cohort = 'rest' | 'rollout';

export const ASSURANCES = ['low', 'substantial', 'high'] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** What a model of device is for: what a command to it would move. */
export const DEVICE_KINDS = ['sensor', 'lock', 'valve', 'siren', 'actuator'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** How far a device's identity can be trusted: `low` has no secure element. */
export const DEVICE_TRUSTS = ['low', 'normal', 'certified'] as const;
export type DeviceTrust = (typeof DEVICE_TRUSTS)[number];

/** How fine a basis allows values to be; what a basis leaves open is `full`. */
export const GRANULARITIES = ['full', 'hour', 'day'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** What can be alarmed about. Those in `LIFE_SAFETY_KINDS` are never refused. */
export const ALARM_KINDS = [
  'gas_leak',
  'carbon_monoxide',
  'smoke',
  'heat',
  'residual_current',
  'water_leak',
  'sos',
  'hold_up',
  'intrusion',
  'inactivity',
  'tamper',
  'wrong_lock_codes',
  'device_silent',
  'burglary',
  'fault',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];
export const LIFE_SAFETY_KINDS: readonly AlarmKind[] = [
  'gas_leak',
  'carbon_monoxide',
  'smoke',
  'heat',
  'residual_current',
  'water_leak',
  'sos',
  'hold_up',
];
/** Those in which people must get out: exits are opened, and stay open until the alarm is reset. */
export const FIRE_KINDS: readonly AlarmKind[] = ['smoke', 'heat'];

/** Marks on a home that policies may look at. */
export const HOME_FLAGS = ['elder_alone', 'medical_care', 'public_rental', 'under_repair'] as const;
export type HomeFlag = (typeof HOME_FLAGS)[number];

/** How a household lives just now: one of these at a time, `home` until somebody says otherwise. */
export const HOME_MODES = ['home', 'away', 'night', 'vacation', 'guests', 'entertainment'] as const;
export type HomeMode = (typeof HOME_MODES)[number];

/** How long ago a device was last heard: `stale` is longer ago than the deployment allows. */
export const LAST_SEENS = ['never', 'fresh', 'stale'] as const;
export type LastSeen = (typeof LAST_SEENS)[number];

export const DEVICE_STATES = ['registered', 'online', 'offline', 'faulty', 'retired'] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];
export const ALARM_STATES = ['raised', 'acknowledged', 'handled', 'reset'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];
export const COMMAND_STATES = [
  'issued',
  'sent',
  'acknowledged',
  'failed',
  'expired',
  'superseded',
  'lost',
  'cancelled',
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];
/** Why a command moved; `outranked` and `replaced` name the command that won. */
export const COMMAND_REASONS = [
  'taken_by_bus',
  'state_reported',
  'bus_refused',
  'device_offline',
  'device_gone',
  'device_error',
  'not_acknowledged',
  'never_reported',
  'outranked',
  'replaced',
  'withdrawn',
  'inspected',
  'claim_free',
] as const;
export type CommandReason = (typeof COMMAND_REASONS)[number];
/** On whose behalf a device is commanded. Who wins where they differ is declared in `rules/precedence.yaml`. */
export const CLAIMANTS = ['life_safety', 'security', 'resident', 'landlord', 'community', 'grid'] as const;
export type Claimant = (typeof CLAIMANTS)[number];
/** Whom an alarm is told to, one after the other, while nobody acknowledges it; the responders are from outside. */
export const ESCALATION_TARGETS = ['residents', 'property', 'community', 'responders'] as const;
export type EscalationTarget = (typeof ESCALATION_TARGETS)[number];
export const DRILL_STATES = ['announced', 'running', 'ended'] as const;
export type DrillState = (typeof DRILL_STATES)[number];
export const LEASE_STATES = ['signed', 'active', 'ended'] as const;
export type LeaseState = (typeof LEASE_STATES)[number];
export const WAIVER_STATES = ['given', 'in_force', 'ended'] as const;
export type WaiverState = (typeof WAIVER_STATES)[number];
export const BINDING_STATES = ['offered', 'bound', 'unbound', 'transferred', 'lapsed'] as const;
export type BindingState = (typeof BINDING_STATES)[number];
export const FIRMWARE_STATES = [
  'offered',
  'approved_once',
  'approved',
  'installing',
  'installed',
  'failed',
  'withdrawn',
] as const;
export type FirmwareState = (typeof FIRMWARE_STATES)[number];
export const INCIDENT_STATES = [
  'opened',
  'investigated_jointly',
  'investigated_by_third',
  'attributed',
  'contained',
  'recovered',
  'tracked',
  'closed',
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];
/** What an incident is (CC-4.2.1.1). */
export const INCIDENT_CLASSES = ['data_leak', 'service_unavailable', 'other'] as const;
export type IncidentClass = (typeof INCIDENT_CLASSES)[number];
/** How bad it is, mildest first (CC-4.2.1.2). */
export const INCIDENT_GRADES = ['general', 'relatively_large', 'major', 'particularly_major'] as const;
export type IncidentGrade = (typeof INCIDENT_GRADES)[number];
export const CONSENT_STATES = ['given', 'withdrawn', 'expired'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** Records of an area by which a use of data comes to have a basis. */
export const INSTRUMENT_KINDS = ['catalogue_entry', 'sharing_request', 'order', 'agreement'] as const;
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];
export const CATALOGUE_ENTRY_STATES = ['draft', 'published', 'replaced', 'withdrawn'] as const;
export type CatalogueEntryState = (typeof CATALOGUE_ENTRY_STATES)[number];
export const SHARING_REQUEST_STATES = ['requested', 'reviewed', 'approved', 'refused', 'ended'] as const;
export type SharingRequestState = (typeof SHARING_REQUEST_STATES)[number];
export const ORDER_STATES = ['registered', 'approved_once', 'in_force', 'refused', 'ended'] as const;
export type OrderState = (typeof ORDER_STATES)[number];
export const AGREEMENT_STATES = ['proposed', 'signed_once', 'in_force', 'ended'] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];
export type InstrumentState = CatalogueEntryState | SharingRequestState | OrderState | AgreementState;

export const EMERGENCY_ACCESS_STATES = ['opened', 'confirmed', 'ended', 'reviewed'] as const;
export type EmergencyAccessState = (typeof EMERGENCY_ACCESS_STATES)[number];

/** What people do with instruments and emergency access; what time does has no name here. */
export const MOVES = [
  'draft',
  'publish',
  'withdraw',
  'request',
  'review',
  'approve',
  'refuse',
  'register',
  'propose',
  'sign',
  'end',
  'open',
  'confirm',
  'close',
] as const;
export type Move = (typeof MOVES)[number];

/** The sides of an instrument: whose data or platform gives, and who may rest on what it gives. */
export type Side = 'giving' | 'gaining';

/** What a request can be about. */
export const RESOURCE_TYPES = [
  'property',
  'device',
  'home',
  'area',
  'alarm',
  'lease',
  'consent',
  'explanation',
  'simulation',
  'waiver',
  'emergency_access',
  'home_mode',
  'scene',
  'pack',
  'home_rule',
  'inspection',
  'binding',
  'firmware',
  'incident',
  ...INSTRUMENT_KINDS,
] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];
