import { counter, defineDeviceType, onOff, reading } from './DeviceType.ts';

/** The meter of a generated home: power now, energy so far, and the relay with which the utility cuts off. */
export const smartMeter = defineDeviceType({
  model: 'smart-meter',
  vendor: 'Twinward',
  description: 'Smart meter with relay',
  kind: 'actuator',
  features: {
    power: reading('W'),
    energy: counter('kWh'),
    relay: { properties: { state: onOff() } },
    diagnostics: { properties: { linkquality: reading('lqi') } },
  },
});
