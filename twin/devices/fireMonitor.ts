import { counter, defineDeviceType, onOff, type PropertyShape, propertyType } from './DeviceType.ts';

/** What the unit and its detectors find out about themselves, and what somebody who watches them sees and hears (RA-6.2.2-e). */
const TESTED = ['unit', 'detectors', 'buzzer', 'indicator', 'display'];
const RESULT: PropertyShape = { type: 'enum', values: ['good', 'faulty'], bareName: 'self_test_result' };

/** The unit that watches the fire detectors of a home or a floor: it counts on every few seconds while it lives. */
export const fireMonitor = defineDeviceType({
  model: 'fire-monitor',
  vendor: 'Twinward',
  description: 'Fire alarm control unit with heartbeat and self-test',
  kind: 'sensor',
  features: {
    smoke: { type: 'binary', valueOn: true, valueOff: false },
    diagnostics: {
      properties: {
        heartbeat: counter('beats'),
        fault: { type: 'text' },
        battery_low: { type: 'binary', valueOn: true, valueOff: false },
        self_test: onOff(),
        self_test_result: {
          type: 'composite',
          parts: TESTED.map((part) => propertyType('self_test_result', part, RESULT)),
        },
        tamper: { type: 'binary', valueOn: true, valueOff: false },
      },
    },
  },
});
