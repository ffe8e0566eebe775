import { describe, expect, it } from 'vitest';
import { deviceModels, deviceType } from '../../twin/devices/index.ts';
import { CARE_DEVICES, CITY_DEVICES } from '../populations/cityDevices.ts';
import { Random } from '../populations/Random.ts';
import { type DeviceState, generateState } from './generateState.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const DANGERS = ['smoke', 'gas', 'carbon_monoxide', 'water_leak', 'tamper', 'battery_low', 'sos', 'alarm', 'test'];

/** What is wrong with a state by the device type of its model. */
function misfits(model: string, state: DeviceState): string[] {
  return Object.entries(state).flatMap(([name, value]) => {
    if (name === 'last_seen') return [];
    const type = deviceType(model)?.byProperty.get(name)?.type;
    if (type === undefined) return [`${model} has no ${name}`];
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, values = [], valueOn, valueOff } = type;
    const fits = {
      numeric: () => typeof value === 'number' && value >= min && value <= max,
      binary: () => value === valueOn || value === valueOff,
      enum: () => values.includes(value as string),
    }[type.type as 'numeric' | 'binary' | 'enum']();
    return fits && !type.secret ? [] : [`${model} ${name} ${String(value)}`];
  });
}

describe('generateState', () => {
  it('says only what every model of the catalogue can say', () => {
    const random = new Random(1);
    const wrong = deviceModels().flatMap((model) => {
      const first = generateState(model, random, NOON);
      return [...misfits(model, first), ...misfits(model, generateState(model, random, NOON + 60_000, first))];
    });
    expect(wrong).toEqual([]);
  });

  it('says something of every device of the city, and nothing that raises an alarm', () => {
    const random = new Random(2);
    for (const { model } of [...CITY_DEVICES, ...CARE_DEVICES]) {
      let state: DeviceState = {};
      for (let hour = 0; hour < 200; hour++) {
        state = generateState(model, random, NOON + hour * 3_600_000, state);
        expect(Object.keys(state).length, model).toBeGreaterThan(2);
        for (const danger of DANGERS) {
          const type = deviceType(model)?.byProperty.get(danger)?.type;
          if (type !== undefined && danger in state) expect(state[danger], `${model} ${danger}`).toBe(type.valueOff);
        }
        expect(state['status'], model).not.toBe('falling');
      }
    }
  });

  it('follows the day, lets counters grow and switches rest', () => {
    const random = new Random(3);
    const at = (hour: number, before?: DeviceState) =>
      generateState('EMIZB-132', random, Date.UTC(2026, 0, 1, hour), before) as Record<string, number>;
    expect(at(19)['power']).toBeGreaterThan(at(7)['power']!);
    let state = at(0);
    for (let hour = 1; hour < 50; hour++) {
      const next = at(hour, state);
      expect(next['energy']).toBeGreaterThanOrEqual(state['energy']!);
      state = next;
    }
    const lock = generateState('YRD226/246 TSDB', random, NOON);
    expect(lock['lock_state']).toBe(lock['state'] === 'LOCK' ? 'locked' : 'unlocked');
    expect(lock).not.toHaveProperty('action');
    expect(lock).not.toHaveProperty('pin_code');
  });

  it('is the same for the same seed', () => {
    const draw = () => generateState('WSDCGQ11LM', new Random(7), NOON);
    expect(draw()).toEqual(draw());
    expect(draw()).not.toEqual(generateState('WSDCGQ11LM', new Random(8), NOON));
  });
});
