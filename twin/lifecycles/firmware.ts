import { setup } from 'xstate';
import { FIRMWARE_STATES, type FirmwareState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const FIRMWARE_EVENTS = ['approve', 'install', 'confirm', 'fail', 'withdraw'] as const;
export type FirmwareEvent = (typeof FIRMWARE_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: FirmwareEvent } } }).createMachine({
  id: 'firmware',
  description:
    'Signed software is approved by two, then installed; it counts as installed when the device says so, and never goes back',
  meta: { clauses: ['SH-6.2.4-a', 'SH-6.2.4-b', 'SH-8.1.5-a', 'SH-8.1.5-b'] },
  initial: 'offered',
  states: {
    offered: { on: { approve: 'approved_once', withdraw: 'withdrawn' } },
    approved_once: { on: { approve: 'approved', withdraw: 'withdrawn' } },
    approved: { on: { install: 'installing', withdraw: 'withdrawn' } },
    installing: { on: { confirm: 'installed', fail: 'failed' } },
    installed: { type: 'final' },
    failed: { type: 'final' },
    withdrawn: { type: 'final' },
  },
});

/** The life of a firmware update of one device. A failed one is offered anew. */
export const firmwareLifecycle: Lifecycle<FirmwareState, FirmwareEvent> = {
  machine,
  states: FIRMWARE_STATES,
  events: FIRMWARE_EVENTS,
};
