import type { Subject } from '../AccessRequest.ts';

/**
 * Somebody who might ask about a home: an account; a person of the home or an organisation that has none, as the account
 * of it would ask; or the platform of a tier that stands over the home, for nobody in particular.
 */
export type Asker = {
  readonly kind: 'account' | 'person' | 'organisation' | 'platform';
  readonly id: string;
  readonly subject: Subject;
};
