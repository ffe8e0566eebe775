import { forkGraph } from '../../twin/graph/forkGraph.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Fork } from '../simulate/Scenario.ts';
import { planFork } from './planFork.ts';

/** A twin with changes that happened to nobody, as an overlay: the graph itself stays as it is. Throws as `planFork` and `forkGraph` do. */
export function forkTwin(graph: TwinGraph, changes: Fork['changes']): TwinGraph {
  const plan = planFork(changes, graph);
  const fork = forkGraph(graph, plan.ofAreas);
  for (const id of graph.homes.keys()) plan.applyTo(fork, fork.home(id));
  plan.assertMatched();
  return fork;
}
