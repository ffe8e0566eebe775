import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { type AccessRequest, NOBODY } from '../AccessRequest.ts';
import type { Effect } from './Effect.ts';
import { askedBy } from './effects/index.ts';
import { platformOf } from './effects/receiversOf.ts';

/**
 * What a rule's effect asks, as a request by whose rule it is: the home, or a platform for which it acts there. Either way
 * it is bound to that home and to no other.
 */
export function effectRequest(effect: Effect, graph: TwinGraph): AccessRequest {
  const { home, actsFor } = effect;
  const asked = { channel: 'local', ...askedBy(effect) } as const;
  if (actsFor === undefined) {
    return { subject: { ...NOBODY, tier: 'home', assurance: 'high', home }, purpose: 'own_use', ...asked };
  }
  const { subject, purpose } = platformOf(graph, graph.home(home), actsFor);
  return { subject: { ...subject, home }, purpose, ...asked };
}
