import { bruteForce } from '../../engine/census/bruteForce.ts';
import { Columns } from '../../engine/census/Columns.ts';
import type { Population } from '../../engine/census/Population.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import type { PolicyEvaluator } from '../../engine/rego/PolicyEvaluator.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Evaluated } from './compileDraft.ts';
import { countedQuickly, countedSlowly, differences } from './differences.ts';

/** The bundles on both sides of a scenario. */
export type Pair = { readonly baseline: Evaluated; readonly proposed: Evaluated };

/** Takes the census of a population that is folded home by home. */
export async function countQuickly(population: Population, scenario: Scenario, pair: Pair): Promise<ImpactReport> {
  const source = populationSource(population);
  const questions = questionsOf(scenario, source.graph);
  const columns = await Columns.build(source, { questions });
  return simulate(scenario, { population: population.id, columns, questions, ...pair });
}

/** The evaluators that brute force asks. */
type Judges = { readonly before: PolicyEvaluator; readonly after: PolicyEvaluator };

/** OPA's own evaluators of a pair. */
export function references({ baseline, proposed }: Pair): Judges {
  return { before: baseline.reference, after: proposed.reference };
}

function evaluatorsAt({ baseline, proposed }: Pair, now: number): Judges {
  return { before: baseline.at(now).evaluator, after: proposed.at(now).evaluator };
}

/**
 * What a report counts otherwise than brute force does over a whole graph of the same homes; nothing when it is exact.
 *
 * @param judges what brute force asks; OPA's own evaluators take many times as long as those of the bundles
 */
export function inexactness(
  report: ImpactReport,
  graph: TwinGraph,
  scenario: Scenario,
  pair: Pair,
  judges: Judges = evaluatorsAt(pair, Date.parse(scenario.at)),
): readonly string[] {
  const counted = bruteForce({
    graph,
    questions: questionsOf(scenario, graph),
    filter: scenario,
    area: scenario.area,
    reportBy: scenario.report_by ?? 'district',
    now: Date.parse(scenario.at),
    ...judges,
  });
  const rules = { before: pair.baseline.rules, after: pair.proposed.rules };
  return differences(countedQuickly(report), countedSlowly(counted, rules));
}
