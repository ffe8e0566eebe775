import { homeAssistantModel } from '../../../twin/devices/homeAssistant.ts';
import { deviceType } from '../../../twin/devices/index.ts';
import { domainOf, type EntityMap } from './EntityMap.ts';
import { NotTaken } from './NotTaken.ts';
import { named } from './named.ts';
import type { Known } from './template/Value.ts';

/** A call of a service of Home Assistant on one entity, with what it is given. */
export type ServiceCall = {
  readonly service: string;
  readonly entity: string;
  readonly data: Readonly<Record<string, Known>>;
};

/** A value for a property of a device. */
export type Told = { readonly device: string; readonly property: string; readonly value: Known };

/** Services by which an entity comes to a state that is in their name. */
const STATES: Readonly<Record<string, string>> = {
  turn_on: 'on',
  turn_off: 'off',
  toggle: 'TOGGLE',
  lock: 'locked',
  unlock: 'unlocked',
  open_cover: 'open',
  close_cover: 'closed',
  open_valve: 'open',
  close_valve: 'closed',
};

/** Services that set what a datum says: which property it becomes, by the datum. */
const SETTERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  select_option: { option: 'state' },
  set_hvac_mode: { hvac_mode: 'state' },
  set_operation_mode: { operation_mode: 'state' },
  set_temperature: {
    temperature: 'temperature',
    target_temp_high: 'target_temp_high',
    target_temp_low: 'target_temp_low',
    hvac_mode: 'state',
  },
  set_humidity: { humidity: 'humidity' },
  set_preset_mode: { preset_mode: 'preset_mode' },
  set_fan_mode: { fan_mode: 'fan_mode' },
  set_swing_mode: { swing_mode: 'swing_mode' },
  set_mode: { mode: 'mode' },
  set_percentage: { percentage: 'percentage' },
  set_fan_speed: { fan_speed: 'fan_speed' },
  set_cover_position: { position: 'current_position' },
  set_valve_position: { position: 'current_position' },
  select_source: { source: 'source' },
  select_sound_mode: { sound_mode: 'sound_mode' },
  volume_set: { volume_level: 'volume_level' },
};

/**
 * What a call becomes: values for properties of the device that the entity is. A state that is in the name of the service
 * is a value of `state`; what a service merely starts is a property of its name, and its value what it is given.
 */
export function toldBy(call: ServiceCall, entities: EntityMap): readonly Told[] {
  const { device } = entities.target(call.entity);
  const values = entities.isOwn(call.entity) ? ownValues(call) : mappedValues(call, entities);
  return values.map(([property, value]) => ({ device, property, value }));
}

type Pair = readonly [property: string, value: Known];

function ownValues({ service, entity, data }: ServiceCall): readonly Pair[] {
  const type = deviceType(homeAssistantModel(entity) ?? '');
  const takes = (property: string) => type?.byProperty.get(property)?.type.access.settable === true;
  const state = named(STATES, service);
  const pairs =
    state !== undefined && takes('state') && isEmpty(data)
      ? ([['state', state]] as const)
      : settersOf(service, entity, data);
  if (pairs) {
    for (const [property] of pairs) if (!takes(property)) throw notTaken(service, entity);
    return pairs;
  }
  if (!takes(service)) throw notTaken(service, entity);
  return [[service, data]];
}

function settersOf(service: string, entity: string, data: ServiceCall['data']): readonly Pair[] | null {
  const setters = service === 'set_value' ? { value: valueProperty(entity) } : named(SETTERS, service);
  if (!setters) return null;
  const pairs = Object.entries(data).map(([key, value]): Pair => {
    const property = named<string>(setters, key);
    if (property === undefined)
      throw new NotTaken(`action ${service} ${key}`, `\`${key}\` of \`${service}\` is not taken`);
    return [property, property === 'state' && value !== null ? String(value) : numeric(property, value)];
  });
  if (pairs.length === 0) throw new NotTaken(`action ${service}`, 'it sets nothing');
  return pairs;
}

function valueProperty(entity: string): string {
  return ['number', 'input_number', 'counter'].includes(domainOf(entity)) ? 'number' : 'state';
}

/** Whether a service is given a number under this key. */
export function wantsNumber(service: string, key: string): boolean {
  return NUMBERS.has(key) || (key === 'value' && /^(?:input_)?number\.set_value$/.test(service));
}

/** Numbers in quotes are numbers all the same. */
function numeric(property: string, value: Known): Known {
  if (typeof value !== 'string' || value.trim() === '' || !NUMBERS.has(property)) return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

const NUMBERS: ReadonlySet<string> = new Set([
  ...['number', 'temperature', 'target_temp_high', 'target_temp_low', 'humidity', 'percentage', 'current_position'],
  'volume_level',
]);

/** Of an entity that somebody mapped to another device: its state, and the data that have a property of their own. */
function mappedValues({ service, entity, data }: ServiceCall, entities: EntityMap): readonly Pair[] {
  const { state, number } = entities.target(entity);
  const pairs: Pair[] = [];
  const word = named(STATES, service);
  if (word !== undefined && state !== null) {
    pairs.push([state, word === 'TOGGLE' ? word : (entities.value(entity, word) as Known)]);
    for (const [key, value] of Object.entries(data)) pairs.push([entities.attribute(entity, key), value]);
    return pairs;
  }
  for (const [property, value] of settersOf(service, entity, data) ?? []) {
    if (property === 'state' && state !== null) pairs.push([state, entities.value(entity, String(value)) as Known]);
    else if (property === 'number' && number !== null) pairs.push([number, value]);
    else pairs.push([entities.attribute(entity, property), value]);
  }
  if (pairs.length === 0) throw notTaken(service, entity);
  return pairs;
}

function isEmpty(data: ServiceCall['data']): boolean {
  return Object.keys(data).length === 0;
}

function notTaken(service: string, entity: string): NotTaken {
  return new NotTaken(`action ${domainOf(entity)}.${service}`, `\`${entity}\` is not told \`${service}\` by a rule`, {
    instead: 'call a script of Home Assistant that does it',
  });
}
