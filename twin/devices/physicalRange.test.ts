import { describe, expect, it } from 'vitest';
import { physicalRange } from './physicalRange.ts';

describe('physicalRange', () => {
  it.each([
    ['temperature', '°C', -100, 21],
    ['temperature', '℃', 200, 21],
    ['humidity', '%', 655.35, 46],
    ['pressure', 'hPa', 0, 1013],
    ['pressure', 'kPa', 1013, 101.3],
    ['linkquality', undefined, 256, 0],
    ['battery', undefined, 255, 100],
    ['energy', 'kWh', -1, 18_342],
    ['soil_moisture', '%', -1, 38],
    ['voc_index', undefined, 65_535, 90],
  ] as const)('refuses %s in %s of %d and takes %d', (name, unit, impossible, possible) => {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = physicalRange(name, unit);
    expect(impossible < min || impossible > max).toBe(true);
    expect(possible >= min && possible <= max).toBe(true);
  });

  it('lets power flow both ways, for homes that feed in', () => {
    expect(physicalRange('power', 'W').min).toBeLessThan(-10_000);
    expect(physicalRange('current', 'A').min).toBeLessThan(0);
  });

  it('lets corrections be below zero whatever their unit', () => {
    expect(physicalRange('humidity_calibration', '%').min).toBeLessThan(0);
  });

  it('says nothing of numbers without a known unit', () => {
    expect(physicalRange('fault_code', undefined)).toEqual({});
    expect(physicalRange('weight', 'toString')).toEqual({});
  });
});
