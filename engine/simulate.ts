import type { Bundle } from './Bundles.ts';
import type { Columns } from './census/Columns.ts';
import { decideCensus } from './census/decideCensus.ts';
import { resourceClasses } from './census/resourceClasses.ts';
import { takeCensus } from './census/takeCensus.ts';
import { withholdSmall } from './census/withholdSmall.ts';
import type { Changes } from './rego/composeDraft.ts';
import type { PolicyDates } from './rego/policyDates.ts';
import { union } from './rego/readSet.ts';
import type { ImpactReport } from './simulate/ImpactReport.ts';
import { makeReport } from './simulate/makeReport.ts';
import { questionsOf, type ScenarioQuestion } from './simulate/questionsOf.ts';
import { reportAreasOf } from './simulate/reportAreasOf.ts';
import type { Scenario } from './simulate/Scenario.ts';
import { witnessFinder } from './simulate/witnessFinder.ts';

export type SimulatePorts = {
  /** Names the homes. */
  readonly population: string;
  readonly columns: Columns;
  readonly questions?: readonly ScenarioQuestion[];
  readonly baseline: Bundle;
  readonly proposed: Bundle & { readonly changes: Changes; readonly dates?: ReadonlyMap<string, PolicyDates> };
};

/**
 * What a draft would change, exactly: homes are counted by class, each class is decided once under each bundle, and the
 * counts are multiplied. Nothing is estimated and no home is visited but those that a requester has something to do with.
 *
 * Throws `scenario:area.not_found` and `scenario:organisation.not_found` for what the homes' areas do not have.
 */
export function simulate(
  scenario: Scenario,
  { population, columns, baseline, proposed, ...ports }: SimulatePorts,
): ImpactReport {
  const questions = ports.questions ?? questionsOf(scenario, columns.source.graph);
  const now = Date.parse(scenario.at);
  const [before, after] = [baseline.at(now).evaluator, proposed.at(now).evaluator];
  const readSet = union(before.readSet, after.readSet);
  const { reportAreas, reportAreaOf } = reportAreasOf(scenario, columns);

  const notInForce = sleepersOf(proposed, now);
  const census = takeCensus(columns, { questions, now, readSet, reportAreaOf });
  const resources = resourceClasses(columns, readSet, scenario);
  const decided = withholdSmall(columns, decideCensus(columns, census, resources, { before, after }));
  const findWitness = witnessFinder({ columns, questions, filter: scenario, decided, now, before, after });
  return {
    scenario: scenario.name,
    revision: census.revision,
    population: { id: population, homes: columns.size },
    ...makeReport({ scenario, columns, decided, questions, reportAreas, findWitness }),
    draft: proposed.changes,
    ...(notInForce.length > 0 && { notInForce }),
    exact: true,
  };
}

/** What of a draft does not hold at an instant: nobody is to take it for harmless. */
function sleepersOf({ changes, dates }: SimulatePorts['proposed'], instant: number) {
  return [...changes.added, ...changes.replaced].flatMap(({ package: name }) => {
    const known = dates?.get(name);
    if (!known || (known.inForce <= instant && instant < known.repealed)) return [];
    const until = Number.isFinite(known.repealed) ? new Date(known.repealed).toISOString() : null;
    return [{ package: name, from: new Date(known.inForce).toISOString(), until }];
  });
}
