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
    const subject = { ...NOBODY, tier: 'home', assurance: 'high', home } as const;
    return { subject, purpose: 'own_use', ...asked, ...answeredBy(effect) };
  }
  const { subject, purpose } = platformOf(graph, graph.home(home), actsFor);
  return { subject: { ...subject, home }, purpose, ...asked };
}

/** The valve is closed for an alarm that is not in the twin yet: both come about in one commit. */
function answeredBy(effect: Effect): Pick<AccessRequest, 'answers'> {
  const alarm = effect.kind === 'command' ? effect.alarm : null;
  return alarm === null || alarm.drill !== undefined ? {} : { answers: alarm.kind };
}
