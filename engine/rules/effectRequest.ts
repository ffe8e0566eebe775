import { type AccessRequest, NOBODY, type Subject } from '../AccessRequest.ts';
import type { Effect } from './Effect.ts';

/** What a rule's effect asks, as a request by the home whose rule it is: it is bound to that home and to no other. */
export function effectRequest(effect: Effect): AccessRequest {
  const { home } = effect.alarm;
  const subject: Subject = { ...NOBODY, tier: 'home', assurance: 'high', home };
  const asking = { subject, purpose: 'own_use', channel: 'local' } as const;
  if (effect.kind === 'command') {
    const { device, property } = effect;
    return { ...asking, action: 'command', resource: { type: 'property', home, device, property } };
  }
  // The alarm is not there yet: who may raise it is asked of its home.
  return { ...asking, action: 'manage', resource: { type: 'home', home, id: home } };
}
