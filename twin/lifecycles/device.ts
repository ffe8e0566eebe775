import { setup } from 'xstate';
import { DEVICE_STATES, type DeviceState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const DEVICE_EVENTS = ['come_online', 'go_offline', 'fail', 'repair', 'retire'] as const;
export type DeviceLifecycleEvent = (typeof DEVICE_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: DeviceLifecycleEvent } } }).createMachine({
  id: 'device',
  description: 'A device is registered once and retired once; a faulty one counts as working only after a repair',
  meta: { clauses: ['RA-5.1-b', 'DH-6.1.3-s2'] },
  initial: 'registered',
  states: {
    registered: { on: { come_online: 'online', go_offline: 'offline', fail: 'faulty', retire: 'retired' } },
    online: { on: { go_offline: 'offline', fail: 'faulty', retire: 'retired' } },
    offline: { on: { come_online: 'online', fail: 'faulty', retire: 'retired' } },
    faulty: { on: { repair: 'online', retire: 'retired' } },
    retired: { type: 'final' },
  },
});

/** The life of a device. There is no way back from retired: what returns is registered anew. */
export const deviceLifecycle: Lifecycle<DeviceState, DeviceLifecycleEvent> = {
  machine,
  states: DEVICE_STATES,
  events: DEVICE_EVENTS,
};
