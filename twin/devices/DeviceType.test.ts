import { describe, expect, it } from 'vitest';
import { defineDeviceType, onOff, reading } from './DeviceType.ts';
import { deviceType } from './index.ts';

const shape = { model: 'test', vendor: 'nobody', description: 'a test', kind: 'sensor' } as const;

describe('a device type written by hand', () => {
  it('is found by its model beside those of the catalogue', () => {
    const meter = deviceType('smart-meter');
    expect([...(meter?.byProperty.keys() ?? [])]).toEqual(['power', 'energy', 'state', 'linkquality']);
    expect(meter?.byProperty.get('state')).toMatchObject({ feature: 'relay', type: { valueOn: 'ON', labelled: true } });
    expect(meter?.byProperty.get('energy')?.type).toMatchObject({ unit: 'kWh', min: 0, access: { settable: false } });
  });

  it('gets labels from the table and bounds from the unit', () => {
    const { byProperty } = defineDeviceType({ ...shape, features: { temperature: reading('°C') } });
    expect(byProperty.get('temperature')?.type).toMatchObject({
      min: -60,
      max: 120,
      label: { category: 'environment' },
    });
  });

  it('keeps a key apart in each device: two features cannot share one', () => {
    const relay = { properties: { state: onOff() } };
    expect(() => defineDeviceType({ ...shape, features: { relay, lamp: relay } })).toThrow('has state twice');
  });
});
