import { alarmLifecycle } from './alarm.ts';
import { consentLifecycle } from './consent.ts';
import { deviceLifecycle } from './device.ts';
import { leaseLifecycle } from './lease.ts';
import type { Lifecycle } from './step.ts';

/** Every lifecycle of the twin by name. */
export const lifecycles: Readonly<Record<string, Lifecycle<string, string>>> = {
  alarm: alarmLifecycle,
  consent: consentLifecycle,
  device: deviceLifecycle,
  lease: leaseLifecycle,
};
