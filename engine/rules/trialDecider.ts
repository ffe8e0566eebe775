import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Bundle } from '../Bundles.ts';
import type { Clock } from '../Clock.ts';
import { combine } from '../combine.ts';
import { gatherFacts } from '../facts/gatherFacts.ts';
import { decideEffectBy } from './decideEffectBy.ts';
import type { DecideEffect } from './Effect.ts';

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
  // What was shared is looked at nowhere, so no past need be read for it.
  const ports = {
    history: async () => [],
    clock: { ...clock, after: () => () => {} },
    pseudonym: (text: string) => text,
  };
  return (effect) =>
    decideEffectBy(effect, {
      graph,
      fulfil: ports,
      decide: ({ resource, ...asking }) => {
        const now = clock.now();
        const { evaluator } = bundle.at(now);
        return { id: 'trial', ...combine(evaluator.evaluate(gatherFacts(graph, asking, resource, now))) };
      },
      owe: () => {},
    });
}
