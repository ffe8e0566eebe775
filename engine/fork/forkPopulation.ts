import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Population } from '../census/Population.ts';
import { forgetHomes } from '../census/populationSource.ts';
import type { Fork } from '../simulate/Scenario.ts';
import { planFork } from './planFork.ts';

/**
 * A population with changes that happened to nobody: the same homes, each with what happens to it behind its own changes.
 * Throws as `planFork` does; `scenario:fork.nothing` comes with the last home.
 */
export function forkPopulation(population: Population, id: string, changes: Fork['changes']): Population {
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  const plan = planFork(changes, graph);
  for (const change of plan.ofAreas) graph.apply(change);
  return {
    id,
    size: population.size,
    areas: [...population.areas, ...plan.ofAreas],
    home(index) {
      const own = population.home(index);
      forgetHomes(graph);
      for (const change of own) graph.apply(change);
      const [home] = graph.homes.values();
      const happened = home ? plan.applyTo(graph, home) : [];
      if (index === population.size - 1) plan.assertMatched();
      return [...own, ...happened];
    },
  };
}
