import { setup } from 'xstate';
import { COMMAND_STATES, type CommandState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const COMMAND_EVENTS = ['send', 'acknowledge', 'fail', 'expire', 'supersede', 'lose', 'resume', 'cancel'] as const;
export type CommandEvent = (typeof COMMAND_EVENTS)[number];

const ended = { resume: 'issued', cancel: 'cancelled' } as const;
const machine = setup({ types: { events: {} as { type: CommandEvent } } }).createMachine({
  id: 'command',
  description:
    'A command is issued, sent, and acknowledged by the state coming back; what another one won may come into force again',
  meta: { clauses: ['DH-4.2.4-t7-1', 'RA-6.3.2-b-s4'] },
  initial: 'issued',
  states: {
    issued: {
      on: {
        send: 'sent',
        acknowledge: 'acknowledged',
        fail: 'failed',
        expire: 'expired',
        supersede: 'superseded',
        lose: 'lost',
        cancel: 'cancelled',
      },
    },
    sent: {
      on: {
        acknowledge: 'acknowledged',
        fail: 'failed',
        expire: 'expired',
        supersede: 'superseded',
        cancel: 'cancelled',
      },
    },
    acknowledged: { on: { ...ended, supersede: 'superseded' } },
    failed: { on: ended },
    expired: { on: ended },
    superseded: { on: ended },
    lost: { on: ended },
    cancelled: { type: 'final' },
  },
});

/** The life of a command: decided and durable, sent, and then one of the ways in which it ends. */
export const commandLifecycle: Lifecycle<CommandState, CommandEvent> = {
  machine,
  states: COMMAND_STATES,
  events: COMMAND_EVENTS,
};
