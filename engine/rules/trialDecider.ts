import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Bundle } from '../Bundles.ts';
import type { Clock } from '../Clock.ts';
import { combine } from '../combine.ts';
import { gatherFacts } from '../facts/gatherFacts.ts';
import { allowsWhole } from '../fulfil.ts';
import { dutiesOf } from '../obligations/duties.ts';
import type { DecideEffect } from './Effect.ts';
import { effectRequest } from './effectRequest.ts';

/** What decides the effects of rules where they are only played: as it would be decided, and nothing is written down. */
export function trialDecider({
  graph,
  bundle,
  clock,
}: {
  readonly graph: TwinGraph;
  readonly bundle: Pick<Bundle, 'at'>;
  readonly clock: Pick<Clock, 'now'>;
}): DecideEffect {
  return async (effect) => {
    const { resource, ...asking } = effectRequest(effect);
    const now = clock.now();
    const decided = combine(bundle.at(now).evaluator.evaluate(gatherFacts(graph, asking, resource, now)));
    const isAllowed = allowsWhole(decided) && dutiesOf(decided.obligations, { asking, resource }, graph) !== null;
    return { outcome: isAllowed ? decided.outcome : 'denied', decisionId: 'trial' };
  };
}
