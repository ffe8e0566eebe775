import { createHash } from 'node:crypto';
import type { Bundle } from './Bundles.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { Columns } from './census/Columns.ts';
import { decideCensus } from './census/decideCensus.ts';
import { resourceClasses } from './census/resourceClasses.ts';
import { takeCensus } from './census/takeCensus.ts';
import { withholdSmall } from './census/withholdSmall.ts';
import type { Changes } from './rego/composeDraft.ts';
import type { PolicyDates } from './rego/policyDates.ts';
import { union } from './rego/readSet.ts';
import { IMPACT_REPORT_VERSION, type ImpactReport } from './simulate/ImpactReport.ts';
import type { RulesBySide } from './simulate/idleRules.ts';
import type { Limit } from './simulate/Limit.ts';
import { makeReport } from './simulate/makeReport.ts';
import { questionsOf, type ScenarioQuestion } from './simulate/questionsOf.ts';
import { reportAreasOf } from './simulate/reportAreasOf.ts';
import { requireAsked } from './simulate/requireAsked.ts';
import type { Scenario } from './simulate/Scenario.ts';
import { witnessFinder } from './simulate/witnessFinder.ts';

export type SimulatePorts = {
  /** Names the homes. */
  readonly population: string;
  /** Of what the homes are, where something vouches for it, such as the log of a live twin. */
  readonly populationDigest?: string;
  readonly columns: Columns;
  readonly questions?: readonly ScenarioQuestion[];
  readonly baseline: Side;
  readonly proposed: Side & { readonly changes: Changes };
  /** What the change is held against beside what the scenario expects. */
  readonly limits?: readonly Limit[];
  /** The version of the program, for the report to name. */
  readonly version?: string;
};

type Side = Bundle & { readonly dates?: ReadonlyMap<string, PolicyDates> };

/**
 * What a draft would change, exactly: homes are counted by class, each class is decided once under each bundle, and the
 * counts are multiplied. Nothing is estimated and no home is visited but those that a requester has something to do with.
 *
 * Throws as `questionsOf` and `requireAsked` do, for what a scenario names and the homes do not have.
 */
export function simulate(
  scenario: Scenario,
  { population, columns, baseline, proposed, ...ports }: SimulatePorts,
): ImpactReport {
  const questions = ports.questions ?? questionsOf(scenario, columns.source.graph);
  const now = Date.parse(scenario.at);
  const [before, after] = [baseline.at(now).evaluator, proposed.at(now).evaluator];
  const readSet = union(before.readSet, after.readSet);
  const areas = reportAreasOf(scenario, columns);
  const rules = { before: rulesAt(baseline, now), after: rulesAt(proposed, now) };
  requireAsked(scenario, columns, areas.ids.length > 0);

  const notInForce = sleepersOf(proposed, now);
  const census = takeCensus(columns, { questions, now, readSet, reportAreaOf: areas.areaOf });
  const resources = resourceClasses(columns, readSet, scenario);
  const decided = withholdSmall(columns, decideCensus(columns, census, resources, { before, after }));
  const findWitness = witnessFinder({ columns, questions, filter: scenario, decided, now, before, after });
  return {
    version: IMPACT_REPORT_VERSION,
    scenario: scenario.name,
    revision: census.revision,
    population: { id: population, homes: columns.size },
    inputs: {
      scenario: createHash('sha256').update(canonicalJson(scenario)).digest('hex'),
      baseline: baseline.id,
      proposed: proposed.id,
      population: ports.populationDigest ?? null,
      engine: ports.version ?? null,
    },
    ...makeReport({ scenario, columns, decided, questions, areas, rules, limits: ports.limits ?? [], findWitness }),
    draft: proposed.changes,
    ...(notInForce.length > 0 && { notInForce }),
    exact: true,
  };
}

/** What of a draft does not hold at an instant: nobody is to take it for harmless. */
function sleepersOf({ changes, dates }: SimulatePorts['proposed'], instant: number) {
  return [...changes.added, ...changes.replaced].flatMap(({ package: name }) => {
    const known = dates?.get(name);
    if (!known || holds(known, instant)) return [];
    const until = Number.isFinite(known.repealed) ? new Date(known.repealed).toISOString() : null;
    return [{ package: name, from: new Date(known.inForce).toISOString(), until }];
  });
}

function rulesAt({ rules, dates }: Side, instant: number): RulesBySide['before'] {
  return rules.map((rule) => {
    const known = dates?.get(rule.policy);
    return known ? { ...rule, inForce: holds(known, instant) } : rule;
  });
}

function holds({ inForce, repealed }: PolicyDates, instant: number): boolean {
  return inForce <= instant && instant < repealed;
}
