import { counter, defineDeviceType } from './DeviceType.ts';

/** The unit that watches the fire detectors of a home or a floor: it counts on every few seconds while it lives. */
export const fireMonitor = defineDeviceType({
  model: 'fire-monitor',
  vendor: 'Twinward',
  description: 'Fire alarm control unit with heartbeat',
  kind: 'sensor',
  features: {
    smoke: { type: 'binary', valueOn: true, valueOff: false },
    diagnostics: {
      properties: {
        heartbeat: counter('beats'),
        fault: { type: 'text' },
        battery_low: { type: 'binary', valueOn: true, valueOff: false },
        tamper: { type: 'binary', valueOn: true, valueOff: false },
      },
    },
  },
});
