import { setup } from 'xstate';
import { ORDER_STATES, type OrderState } from '../words.ts';
import { BASIS_ACTIONS } from './basisActions.ts';
import type { Lifecycle } from './step.ts';

const ORDER_EVENTS = ['approve', 'refuse', 'end', 'expire'] as const;
type OrderEvent = (typeof ORDER_EVENTS)[number];

const machine = setup({
  types: { events: {} as { type: OrderEvent } },
  actions: BASIS_ACTIONS,
}).createMachine({
  id: 'order',
  description:
    'A registered order opens something when two have approved it, and until its term or until it is revoked',
  meta: { clauses: ['CC-4.2.3.2-c-2'] },
  initial: 'registered',
  states: {
    registered: { on: { approve: 'approved_once', refuse: 'refused', end: 'ended', expire: 'ended' } },
    approved_once: {
      on: {
        approve: { target: 'in_force', actions: ['give_bases'] },
        refuse: 'refused',
        end: 'ended',
        expire: 'ended',
      },
    },
    in_force: {
      on: {
        end: { target: 'ended', actions: ['end_bases'] },
        expire: { target: 'ended', actions: ['end_bases'] },
      },
    },
    refused: { type: 'final' },
    ended: { type: 'final' },
  },
});

/** The life of a registered order. */
export const orderLifecycle: Lifecycle<OrderState, OrderEvent> = {
  machine,
  states: ORDER_STATES,
  events: ORDER_EVENTS,
};
