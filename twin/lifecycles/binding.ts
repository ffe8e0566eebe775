import { setup } from 'xstate';
import { BINDING_STATES, type BindingState } from '../words.ts';
import type { Lifecycle } from './step.ts';

const BINDING_EVENTS = ['activate', 'unbind', 'transfer', 'expire'] as const;
export type BindingEvent = (typeof BINDING_EVENTS)[number];

const machine = setup({ types: { events: {} as { type: BindingEvent } } }).createMachine({
  id: 'binding',
  description:
    'A device is offered to one person and bound by a code that works once; whoever is to have it next is offered it anew',
  meta: { clauses: ['SH-6.2.2-b', 'SH-6.2.3-c'] },
  initial: 'offered',
  states: {
    offered: { on: { activate: 'bound', unbind: 'lapsed', expire: 'lapsed' } },
    bound: { on: { unbind: 'unbound', transfer: 'transferred' } },
    unbound: { type: 'final' },
    transferred: { type: 'final' },
    lapsed: { type: 'final' },
  },
});

/** The life of a binding of a device to a person. */
export const bindingLifecycle: Lifecycle<BindingState, BindingEvent> = {
  machine,
  states: BINDING_STATES,
  events: BINDING_EVENTS,
};
