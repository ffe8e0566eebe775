import { type AccessRequest, NOBODY, type Subject } from '../AccessRequest.ts';
import type { Effect } from './Effect.ts';
import { askedBy } from './effects/index.ts';

/** What a rule's effect asks, as a request by the home whose rule it is: it is bound to that home and to no other. */
export function effectRequest(effect: Effect): AccessRequest {
  const subject: Subject = { ...NOBODY, tier: 'home', assurance: 'high', home: effect.home };
  return { subject, purpose: 'own_use', channel: 'local', ...askedBy(effect) };
}
