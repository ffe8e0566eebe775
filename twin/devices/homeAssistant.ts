import { type DeviceKind, UNLABELLED } from '../words.ts';
import { assemble, type DeviceType, type PropertyShape, type PropertyType, propertyType } from './DeviceType.ts';

/** What entities of one domain of Home Assistant report and take, beyond their state. */
type Domain = {
  readonly kind: DeviceKind;
  /** Whether the state can be set: switched on and off, locked, an option selected. */
  readonly takesState?: true;
  /** Whether the state is, or may be, a number. */
  readonly hasNumber?: true;
  readonly takesNumber?: true;
  /** Attributes that are reported. */
  readonly numbers?: string;
  readonly texts?: string;
  readonly flags?: string;
  /** Attributes that are reported and can be set as well. */
  readonly takesNumbers?: string;
  readonly takesTexts?: string;
  /** Services that are called with what they take, and lead to no state of their own. */
  readonly services?: string;
};

const ON_OFF = { takesState: true } as const;
const SWITCHED = 'turn_on turn_off toggle';

/** Domains whose entities are devices of the twin. */
const DOMAINS: Readonly<Record<string, Domain>> = {
  alarm_control_panel: { kind: 'sensor', texts: 'changed_by' },
  binary_sensor: { kind: 'sensor', texts: 'device_class' },
  button: { kind: 'actuator', services: 'press' },
  calendar: { kind: 'sensor', texts: 'message start_time end_time location' },
  climate: {
    kind: 'actuator',
    ...ON_OFF,
    numbers: 'current_temperature current_humidity',
    texts: 'hvac_action',
    takesNumbers: 'temperature target_temp_high target_temp_low humidity',
    takesTexts: 'preset_mode fan_mode swing_mode',
    services: SWITCHED,
  },
  counter: { kind: 'sensor', hasNumber: true, services: 'increment decrement reset' },
  cover: {
    kind: 'actuator',
    ...ON_OFF,
    takesNumbers: 'current_position current_tilt_position',
    services: 'stop_cover toggle',
  },
  device_tracker: { kind: 'sensor', texts: 'source_type' },
  event: { kind: 'sensor', texts: 'event_type' },
  fan: { kind: 'actuator', ...ON_OFF, takesNumbers: 'percentage', takesTexts: 'preset_mode', services: SWITCHED },
  group: { kind: 'actuator', ...ON_OFF, services: SWITCHED },
  humidifier: { kind: 'actuator', ...ON_OFF, takesNumbers: 'humidity', takesTexts: 'mode', services: SWITCHED },
  input_boolean: { kind: 'actuator', ...ON_OFF, services: 'toggle' },
  input_button: { kind: 'actuator', services: 'press' },
  input_datetime: { kind: 'actuator', ...ON_OFF, numbers: 'timestamp', services: 'set_datetime' },
  input_number: { kind: 'actuator', hasNumber: true, takesNumber: true, services: 'increment decrement' },
  input_select: { kind: 'actuator', ...ON_OFF, services: 'select_next select_previous select_first select_last' },
  input_text: { kind: 'actuator', ...ON_OFF },
  light: {
    kind: 'actuator',
    ...ON_OFF,
    numbers: 'color_temp',
    texts: 'color_mode',
    takesNumbers: 'brightness color_temp_kelvin',
    takesTexts: 'effect',
    services: SWITCHED,
  },
  lock: { kind: 'lock', ...ON_OFF, texts: 'changed_by', services: 'open' },
  media_player: {
    kind: 'actuator',
    ...ON_OFF,
    texts: 'media_title media_artist media_content_type app_name',
    flags: 'is_volume_muted',
    takesNumbers: 'volume_level',
    takesTexts: 'source sound_mode',
    services: `${SWITCHED} play_media media_play media_pause media_play_pause media_stop media_next_track media_previous_track volume_up volume_down`,
  },
  number: { kind: 'actuator', hasNumber: true, takesNumber: true },
  person: { kind: 'sensor', texts: 'source' },
  plant: { kind: 'sensor', texts: 'problem' },
  remote: { kind: 'actuator', ...ON_OFF, services: `${SWITCHED} send_command` },
  scene: { kind: 'actuator', services: 'turn_on' },
  script: { kind: 'actuator', services: 'turn_on turn_off' },
  select: { kind: 'actuator', ...ON_OFF },
  sensor: { kind: 'sensor', hasNumber: true, texts: 'device_class' },
  siren: { kind: 'siren', ...ON_OFF, services: SWITCHED },
  sun: { kind: 'sensor', numbers: 'elevation azimuth', flags: 'rising' },
  switch: { kind: 'actuator', ...ON_OFF, services: 'toggle' },
  text: { kind: 'actuator', ...ON_OFF },
  timer: { kind: 'actuator', texts: 'remaining finishes_at', services: 'start cancel pause finish' },
  update: { kind: 'sensor', texts: 'installed_version latest_version', flags: 'in_progress', services: 'install' },
  vacuum: {
    kind: 'actuator',
    numbers: 'battery_level',
    texts: 'status',
    takesTexts: 'fan_speed',
    services: 'start pause stop return_to_base locate clean_spot',
  },
  valve: { kind: 'valve', ...ON_OFF, takesNumbers: 'current_position', services: 'stop_valve toggle' },
  water_heater: {
    kind: 'actuator',
    ...ON_OFF,
    numbers: 'current_temperature',
    takesNumbers: 'temperature',
    services: SWITCHED,
  },
  weather: { kind: 'sensor', numbers: 'temperature humidity pressure wind_speed wind_bearing cloud_coverage' },
  zone: { kind: 'sensor', hasNumber: true },
};

/** The vendor of every device that is an entity of Home Assistant. */
export const HOME_ASSISTANT = 'Home Assistant';
const PREFIX = 'home-assistant.';
const REPORTED = { published: true, settable: false, gettable: false };
const BOTH = { published: true, settable: true, gettable: false };
const CALLED = { published: false, settable: true, gettable: false };

/**
 * The model of an entity of Home Assistant, by its id; undefined when its domain is not one whose entities are devices.
 *
 * @example
 * homeAssistantModel('light.kitchen'); // 'home-assistant.light'
 */
export function homeAssistantModel(entity: string): string | undefined {
  const domain = entity.slice(0, Math.max(0, entity.indexOf('.')));
  return Object.hasOwn(DOMAINS, domain) ? `${PREFIX}${domain}` : undefined;
}

/** Whether a model is that of an entity of Home Assistant: such devices are not in the list of any other bridge. */
export function isHomeAssistantModel(model: string): boolean {
  return model.startsWith(PREFIX);
}

/** The device types of all domains. */
export const homeAssistantTypes: readonly DeviceType[] = Object.entries(DOMAINS).map(([name, domain]) =>
  typeOf(name, domain),
);

function typeOf(name: string, domain: Domain): DeviceType {
  const state = domain.takesState ? BOTH : REPORTED;
  const properties: PropertyType[] = [
    unknown('state', { type: 'text', access: state }),
    unknown('friendly_name', { type: 'text', access: REPORTED }),
  ];
  if (domain.hasNumber)
    properties.push(unknown('number', { type: 'numeric', access: domain.takesNumber ? BOTH : REPORTED }));
  const add = (names: string | undefined, shape: PropertyShape) => {
    for (const each of names?.split(' ') ?? []) properties.push(unknown(each, shape));
  };
  add(domain.numbers, { type: 'numeric', access: REPORTED });
  add(domain.takesNumbers, { type: 'numeric', access: BOTH });
  add(domain.texts, { type: 'text', access: REPORTED });
  add(domain.takesTexts, { type: 'text', access: BOTH });
  add(domain.flags, { type: 'binary', valueOn: true, valueOff: false, access: REPORTED });
  add(domain.services, { type: 'composite', isCall: true, access: CALLED });
  return assemble({
    model: `${PREFIX}${name}`,
    vendor: HOME_ASSISTANT,
    description: `Entity of the domain ${name}`,
    kind: domain.kind,
    features: [{ name: 'entity', properties }],
  });
}

/** Nobody knows what a home calls `sensor`: whatever it says is as closed as a label can be, and has no bounds. */
function unknown(name: string, shape: PropertyShape): PropertyType {
  const { min: _min, max: _max, ...type } = propertyType('entity', name, shape);
  return type.secret ? type : { ...type, label: UNLABELLED, labelled: false };
}
