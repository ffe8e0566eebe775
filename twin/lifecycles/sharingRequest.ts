import { setup } from 'xstate';
import { SHARING_REQUEST_STATES, type SharingRequestState } from '../words.ts';
import { BASIS_ACTIONS } from './basisActions.ts';
import type { Lifecycle } from './step.ts';

const SHARING_REQUEST_EVENTS = ['review', 'approve', 'refuse', 'end', 'expire'] as const;
type SharingRequestEvent = (typeof SHARING_REQUEST_EVENTS)[number];

const machine = setup({
  types: { events: {} as { type: SharingRequestEvent } },
  actions: BASIS_ACTIONS,
}).createMachine({
  id: 'sharing_request',
  description:
    'What is requested is reviewed first and approved for a term after that; there is no way around the review',
  meta: { clauses: ['DH-5.4.4', 'DH-5.4.6-s2'] },
  initial: 'requested',
  states: {
    requested: { on: { review: 'reviewed', refuse: 'refused', end: 'ended' } },
    reviewed: { on: { approve: { target: 'approved', actions: ['give_bases'] }, refuse: 'refused', end: 'ended' } },
    approved: {
      on: {
        end: { target: 'ended', actions: ['end_bases'] },
        expire: { target: 'ended', actions: ['end_bases'] },
      },
    },
    refused: { type: 'final' },
    ended: { type: 'final' },
  },
});

/** The life of a sharing request. */
export const sharingRequestLifecycle: Lifecycle<SharingRequestState, SharingRequestEvent> = {
  machine,
  states: SHARING_REQUEST_STATES,
  events: SHARING_REQUEST_EVENTS,
};
