import { setup } from 'xstate';
import { CATALOGUE_ENTRY_STATES, type CatalogueEntryState } from '../words.ts';
import { BASIS_ACTIONS } from './basisActions.ts';
import type { Lifecycle } from './step.ts';

const CATALOGUE_ENTRY_EVENTS = ['publish', 'replace', 'withdraw', 'expire'] as const;
type CatalogueEntryEvent = (typeof CATALOGUE_ENTRY_EVENTS)[number];

const machine = setup({
  types: { events: {} as { type: CatalogueEntryEvent } },
  actions: BASIS_ACTIONS,
}).createMachine({
  id: 'catalogue_entry',
  description: 'A data set is offered while its entry is published; its next version takes the place of the one before',
  meta: { clauses: ['DH-5.4.4-3', 'DH-7.4.6'] },
  initial: 'draft',
  states: {
    draft: { on: { publish: { target: 'published', actions: ['give_bases'] }, withdraw: 'withdrawn' } },
    published: {
      on: {
        replace: { target: 'replaced', actions: ['end_bases'] },
        withdraw: { target: 'withdrawn', actions: ['end_bases'] },
        expire: { target: 'withdrawn', actions: ['end_bases'] },
      },
    },
    replaced: { type: 'final' },
    withdrawn: { type: 'final' },
  },
});

/** The life of an entry of the catalogue. */
export const catalogueEntryLifecycle: Lifecycle<CatalogueEntryState, CatalogueEntryEvent> = {
  machine,
  states: CATALOGUE_ENTRY_STATES,
  events: CATALOGUE_ENTRY_EVENTS,
};
