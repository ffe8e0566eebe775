import { deviceType, type PropertyType } from '../../twin/devices/index.ts';
import type { Random } from '../populations/Random.ts';

/** What a device says in one message, by property. */
export type DeviceState = Readonly<Record<string, unknown>>;

/** A number that swings about a middle: by the day, highest at the hour of its peak, and by chance. */
type Swing = { readonly middle: number; readonly day: number; readonly peak: number; readonly noise: number };

const swing = (middle: number, day: number, noise: number, peak = 15): Swing => ({ middle, day, peak, noise });

/** Numbers by name. What stands neither here nor in the tables below is left out of the state. */
const SWINGS: Readonly<Record<string, Swing>> = {
  temperature: swing(21, 1.5, 0.3),
  local_temperature: swing(21, 1, 0.2),
  device_temperature: swing(24, 2, 0.5),
  humidity: swing(48, -4, 1),
  soil_moisture: swing(35, -3, 1),
  pressure: swing(1013, 2, 1, 9),
  illuminance: swing(180, 170, 20, 13),
  co2: swing(700, 150, 40, 21),
  pm25: swing(9, 3, 2, 19),
  voc_index: swing(100, 20, 8, 19),
  power: swing(180, 120, 60, 19),
  power_reactive: swing(20, 5, 5, 19),
  current: swing(0.8, 0.5, 0.1, 19),
  current_phase_b: swing(0.6, 0.3, 0.1, 19),
  current_phase_c: swing(0.7, 0.3, 0.1, 19),
  voltage_phase_b: swing(231, 1, 0.5, 4),
  voltage_phase_c: swing(230, 1, 0.5, 4),
  battery: swing(84, 0, 4),
  linkquality: swing(140, 0, 40),
  brightness: swing(150, 60, 30, 21),
  color_temp: swing(330, -40, 10, 12),
  position: swing(50, 50, 5, 13),
  current_heating_setpoint: swing(20, 1, 0.2, 18),
  occupied_heating_setpoint: swing(20, 1, 0.2, 18),
  pi_heating_demand: swing(35, -20, 8, 14),
  breathing_rate: swing(15, 1, 1, 17),
  target_distance: swing(2.5, 0, 1),
};

/** Voltage is that of the mains in volts, and that of a battery in millivolts. */
const VOLTAGE: Readonly<Record<string, Swing>> = { V: swing(230, 1, 0.5, 4), mV: swing(2_980, 0, 15) };

/** Numbers that only grow, and by how much a message at most. */
const COUNTERS: Readonly<Record<string, number>> = {
  energy: 0.02,
  produced_energy: 0.01,
  trigger_count: 1,
  device_age: 1,
  filter_age: 1,
};

/** How often a binary changes from one message to the next; any other one rests as it is. */
const CHANGES: Readonly<Record<string, number>> = {
  occupancy: 0.4,
  presence: 0.3,
  contact: 0.3,
  state: 0.1,
  fan_state: 0.1,
  consumer_connected: 0.02,
};

/** Enums that change, with the values that they take on a quiet day. */
const MOODS: Readonly<Record<string, readonly string[]>> = {
  status: ['unoccupied', 'occupied', 'sitting', 'on_the_bed'],
  air_quality: ['excellent', 'good', 'moderate'],
  lock_state: ['locked', 'unlocked'],
  running_state: ['idle', 'heat'],
  fan_mode: ['off', 'auto', '1', '2', '3'],
  action: ['single', 'double', 'hold', 'long', 'toggle', 'on', 'off', 'brightness_up_click', 'brightness_down_click'],
};

const HOUR_MS = 3_600_000;

/**
 * What a device of a model would say at an instant: plausible numbers by the time of day, the values of its own device
 * type, and nothing that would raise an alarm. With its state before, counters go on and switches rest.
 *
 * @example
 * generateState('WSDCGQ11LM', new Random(1), Date.now());
 * // { temperature: 21.93, humidity: 46.1, pressure: 1014.2, battery: 82, ..., last_seen: '2026-11-21T13:00:00.000Z' }
 */
export function generateState(model: string, random: Random, at: number, before: DeviceState = {}): DeviceState {
  const type = deviceType(model);
  if (type === undefined) return { last_seen: new Date(at).toISOString() };
  const state: Record<string, unknown> = {};
  for (const feature of type.features) {
    for (const property of feature.properties) {
      if (!property.access.published || property.secret) continue;
      // A lock tells by its action who tried which code.
      if (property.name === 'action' && type.kind === 'lock') continue;
      const value = generateValue(property, random, at, before[property.name]);
      if (value !== undefined) state[property.name] = value;
    }
  }
  if ('lock_state' in state && 'state' in state)
    state['lock_state'] = state['state'] === 'UNLOCK' ? 'unlocked' : 'locked';
  return { ...state, last_seen: new Date(at).toISOString() };
}

function generateValue(property: PropertyType, random: Random, at: number, before: unknown): unknown {
  if (property.type === 'numeric') return generateNumber(property, random, at, before);
  if (property.type === 'binary') return generateBinary(property, random, before);
  return property.type === 'enum' ? generateEnum(property, random, before) : undefined;
}

function generateNumber(property: PropertyType, random: Random, at: number, before: unknown): number | undefined {
  const { name, unit = '', min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = property;
  const bounded = (value: number): number => Math.min(Math.max(value, min), max);
  const growth = COUNTERS[name];
  if (growth !== undefined) {
    const last = typeof before === 'number' ? before : random.below(2_000);
    const more = growth < 1 ? (random.below(1_000) / 1_000) * growth : random.below(growth + 1);
    return bounded(Math.round((last + more) * 1_000) / 1_000);
  }
  const found = name === 'voltage' ? VOLTAGE[unit] : SWINGS[name];
  if (found === undefined) return undefined;
  const hour = (at / HOUR_MS) % 24;
  const byDay = found.day * Math.cos(((hour - found.peak) / 24) * 2 * Math.PI);
  const byChance = found.noise * (random.below(2_001) / 1_000 - 1);
  const isWhole = found.noise >= 2;
  const value = found.middle + byDay + byChance;
  return bounded(isWhole ? Math.round(value) : Math.round(value * 100) / 100);
}

function generateBinary(property: PropertyType, random: Random, before: unknown): unknown {
  const { name, valueOn = true, valueOff = false } = property;
  // A lock rests locked, which it calls on; everything else rests off.
  const rest = valueOn === 'LOCK' && name === 'state' ? valueOn : valueOff;
  const last = before ?? rest;
  if (!random.chance(CHANGES[name] ?? 0)) return last;
  return last === valueOn ? valueOff : valueOn;
}

function generateEnum(property: PropertyType, random: Random, before: unknown): unknown {
  const { name, values = [] } = property;
  const moods = MOODS[name]?.filter((value) => values.includes(value)) ?? [];
  if (moods.length === 0) return undefined;
  // An action is said once, when it happens.
  if (name === 'action') return random.pick(moods);
  return before === undefined || random.chance(0.2) ? random.pick(moods) : before;
}
