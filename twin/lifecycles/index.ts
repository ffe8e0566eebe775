import { agreementLifecycle } from './agreement.ts';
import { alarmLifecycle } from './alarm.ts';
import { bindingLifecycle } from './binding.ts';
import { catalogueEntryLifecycle } from './catalogueEntry.ts';
import { commandLifecycle } from './command.ts';
import { consentLifecycle } from './consent.ts';
import { deviceLifecycle } from './device.ts';
import { drillLifecycle } from './drill.ts';
import { emergencyAccessLifecycle } from './emergencyAccess.ts';
import { firmwareLifecycle } from './firmware.ts';
import { incidentLifecycle } from './incident.ts';
import { leaseLifecycle } from './lease.ts';
import { orderLifecycle } from './order.ts';
import { sharingRequestLifecycle } from './sharingRequest.ts';
import type { Lifecycle } from './step.ts';
import { waiverLifecycle } from './waiver.ts';

/** Every lifecycle of the twin by name, as bundles hold and compare them. */
export const lifecycles: Readonly<Record<string, Lifecycle<string, string>>> = {
  agreement: agreementLifecycle,
  alarm: alarmLifecycle,
  binding: bindingLifecycle,
  catalogue_entry: catalogueEntryLifecycle,
  command: commandLifecycle,
  consent: consentLifecycle,
  device: deviceLifecycle,
  drill: drillLifecycle,
  emergency_access: emergencyAccessLifecycle,
  firmware: firmwareLifecycle,
  incident: incidentLifecycle,
  lease: leaseLifecycle,
  order: orderLifecycle,
  sharing_request: sharingRequestLifecycle,
  waiver: waiverLifecycle,
};
