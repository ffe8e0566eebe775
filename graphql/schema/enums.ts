import { READER_KINDS } from '../../engine/explanation/ReaderKind.ts';
import { ALARM_SIGNALS } from '../../engine/safety/alarmClass.ts';
import { ACTIVATION_KINDS } from '../../trust/activations/ActivationRecord.ts';
import { SIREN_STATES } from '../../twin/devices/index.ts';
import { HOME_RULE_ACTS } from '../../twin/householdChanges.ts';
import { INCIDENT_EVENTS } from '../../twin/lifecycles/incident.ts';
import {
  ACTIONS,
  AGREEMENT_STATES,
  ALARM_KINDS,
  ALARM_STATES,
  AREA_LEVELS,
  BASIS_TYPES,
  BINDING_STATES,
  CATALOGUE_ENTRY_STATES,
  CATEGORIES,
  CLAIMANTS,
  COMMAND_REASONS,
  COMMAND_STATES,
  DEVICE_KINDS,
  DEVICE_STATES,
  DEVICE_TRUSTS,
  DRILL_STATES,
  EMERGENCY_ACCESS_STATES,
  ESCALATION_TARGETS,
  FIRMWARE_STATES,
  GRADES,
  GRANULARITIES,
  HOME_FLAGS,
  HOME_MODES,
  INCIDENT_CLASSES,
  INCIDENT_GRADES,
  INCIDENT_STATES,
  LEASE_STATES,
  MOVES,
  OCCUPANCIES,
  ORDER_STATES,
  ORGANISATION_KINDS,
  OUTCOMES,
  PURPOSES,
  RELATIONS,
  RESOURCE_TYPES,
  ROLES,
  SHARING_REQUEST_STATES,
  SHARINGS,
  SUBJECT_CLASSES,
  TIERS,
  WAIVER_STATES,
} from '../../twin/words.ts';
import { SIMULATION_STAGES, SIMULATION_STATES } from '../simulations/Simulation.ts';

/** Why there is no value although it might be read. */
const MISSING = ['never_reported', 'stale', 'erased'] as const;
export type Missing = (typeof MISSING)[number];

/** The windows that statistics can be asked for, as ISO 8601 durations: `PT15M`, `PT1H`, `P1D`. */
export const WINDOWS = ['quarter_hour', 'hour', 'day'] as const;
export type Window = (typeof WINDOWS)[number];

/** The enums of the schema by name: each is a list of the field's words, so that the two cannot drift apart. */
const enums: Readonly<Record<string, { readonly about: string; readonly values: readonly string[] }>> = {
  Action: { about: 'What one wants to do.', values: ACTIONS },
  ActKind: {
    about: 'What was done with an instrument: by people, or by time.',
    values: [...MOVES, 'expire', 'replace'],
  },
  AgreementState: { about: 'Where an agreement stands.', values: AGREEMENT_STATES },
  ActivationKind: { about: 'What happened to the bundles of a server.', values: ACTIVATION_KINDS },
  AlarmKind: { about: 'What can be alarmed about.', values: ALARM_KINDS },
  AlarmSignal: { about: 'What sirens tell of an alarm.', values: ALARM_SIGNALS },
  AlarmState: { about: 'Where an alarm stands; it stays until it is reset.', values: ALARM_STATES },
  AreaLevel: { about: 'Levels of the area tree, widest first.', values: AREA_LEVELS },
  BasisType: { about: 'What a use of data may rest on.', values: BASIS_TYPES },
  BindingState: { about: 'Where a binding of a device stands.', values: BINDING_STATES },
  CatalogueEntryState: { about: 'Where an entry of the catalogue stands.', values: CATALOGUE_ENTRY_STATES },
  Category: { about: 'What a datum is about.', values: CATEGORIES },
  Claimant: { about: 'On whose behalf a device is commanded, strongest first.', values: CLAIMANTS },
  CommandReason: { about: 'Why a command stands where it does.', values: COMMAND_REASONS },
  CommandState: { about: 'Where a command stands in its life.', values: COMMAND_STATES },
  DeviceKind: { about: 'What a command to the device would move.', values: DEVICE_KINDS },
  DeviceState: { about: 'Where a device stands in its life.', values: DEVICE_STATES },
  DeviceTrust: { about: 'How far the identity of a device can be trusted.', values: DEVICE_TRUSTS },
  DrillState: { about: 'Where a drill stands.', values: DRILL_STATES },
  EmergencyAccessState: { about: 'Where an emergency access stands.', values: EMERGENCY_ACCESS_STATES },
  EscalationTarget: { about: 'Whom an alarm is told to while nobody acknowledges it.', values: ESCALATION_TARGETS },
  FirmwareState: { about: 'Where an update of a device stands.', values: FIRMWARE_STATES },
  Grade: { about: 'How much harm a leak does, mildest first.', values: GRADES },
  Granularity: { about: 'How fine a consent allows values to be.', values: GRANULARITIES },
  HomeFlag: { about: 'Marks on a home that policies may look at.', values: HOME_FLAGS },
  HomeRuleAct: { about: 'What was done with a rule of a home.', values: HOME_RULE_ACTS },
  HomeMode: { about: 'How a household lives just now.', values: HOME_MODES },
  IncidentClass: { about: 'What an incident is.', values: INCIDENT_CLASSES },
  IncidentGrade: { about: 'How bad an incident is, mildest first.', values: INCIDENT_GRADES },
  IncidentMove: {
    about: 'What is done with an incident.',
    values: INCIDENT_EVENTS.filter((event) => event !== 'close'),
  },
  IncidentState: { about: 'Where an incident stands.', values: INCIDENT_STATES },
  LeaseState: { about: 'Where a lease stands.', values: LEASE_STATES },
  Missing: { about: 'Why there is no value although it might be read.', values: MISSING },
  Move: { about: 'What people do with an instrument.', values: MOVES },
  Occupancy: { about: 'How a home is occupied.', values: OCCUPANCIES },
  OrderState: { about: 'Where a registered order stands.', values: ORDER_STATES },
  OrganisationKind: { about: 'What an organisation is.', values: ORGANISATION_KINDS },
  Outcome: { about: 'The ladder of outcomes, lowest first.', values: OUTCOMES },
  PopulationKind: { about: 'What homes a scenario is played on.', values: ['live', 'generated'] },
  Purpose: { about: 'Why somebody asks.', values: PURPOSES },
  Reader: { about: 'As whom somebody reads an explanation.', values: READER_KINDS },
  Relation: { about: 'What the graph knows between a subject and a home.', values: RELATIONS },
  ResourceType: {
    about: 'What a request can be about.',
    values: RESOURCE_TYPES.filter((type) => type !== 'area' && type !== 'explanation' && type !== 'simulation'),
  },
  Role: { about: 'Roles of accounts.', values: ROLES },
  SimulationStage: { about: 'What a simulation is at.', values: SIMULATION_STAGES },
  SimulationState: { about: 'Where a simulation stands.', values: SIMULATION_STATES },
  Sharing: { about: 'Whether a datum is shared.', values: SHARINGS },
  SharingRequestState: { about: 'Where a sharing request stands.', values: SHARING_REQUEST_STATES },
  SirenState: { about: 'Whether a siren sounds, as far as anybody knows.', values: SIREN_STATES },
  SubjectClass: { about: 'Whose a datum is.', values: SUBJECT_CLASSES },
  Tier: { about: 'Where a platform stands; each tier has an endpoint of its own.', values: TIERS },
  WaiverState: { about: 'Where a waiver stands.', values: WAIVER_STATES },
  Window: { about: 'How far back statistics reach.', values: WINDOWS },
};

/** The enums in the schema language. */
export function enumSdl(): string {
  return Object.entries(enums)
    .map(([name, { about, values }]) => `"${about}"\nenum ${name} {\n  ${values.join('\n  ')}\n}`)
    .join('\n\n');
}
