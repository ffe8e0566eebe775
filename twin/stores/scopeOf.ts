import type { Change } from '../changes.ts';
import { homeOf } from '../changes.ts';
import type { KeyScope } from '../Sealer.ts';

/**
 * The key that seals a change, or null when it may lie in the clear: areas, organisations and bundles are no one's
 * private matter. What a person is or has belongs to the person's key, and leaves with it; the rest to the home's.
 */
export function scopeOf(change: Change): KeyScope | null {
  switch (change.kind) {
    case 'person_added':
      return { kind: 'person', person: change.person.id };
    case 'account_added':
      return change.account.person === null ? null : { kind: 'person', person: change.account.person };
    case 'relation_added':
    case 'relation_ended':
      // An organisation's relations lie under a key too: the change does not say which of the two its subject is.
      return { kind: 'person', person: change.subject };
    case 'instrument_made':
      // Reasons and the homes that it names are no one else's matter: each lies under a key of its own.
      return { kind: 'person', person: change.instrument.id };
    case 'instrument_transitioned':
      return { kind: 'person', person: change.instrument };
    default: {
      const home = homeOf(change);
      return home === null ? null : { kind: 'home', home, tenancy: null, group: 'closed' };
    }
  }
}
