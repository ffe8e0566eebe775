import { defineDeviceType } from './DeviceType.ts';

/** A lock that holds a common door of a building by current: on an exit route, hence opened by a fire (RA-6.7.1-s1). */
export const electromagneticLock = defineDeviceType({
  model: 'electromagnetic-lock',
  vendor: 'Twinward',
  description: 'Electromagnetic lock of a common door',
  kind: 'lock',
  isExit: true,
  features: {
    lock: {
      properties: {
        state: {
          type: 'binary',
          valueOn: 'LOCK',
          valueOff: 'UNLOCK',
          access: { published: true, settable: true, gettable: true },
        },
      },
    },
    diagnostics: { properties: { tamper: { type: 'binary', valueOn: true, valueOff: false } } },
  },
});
