import type { Bundle } from '../Bundles.ts';
import { askedPlaces } from '../census/askedPlaces.ts';
import { ClassDecisions, type DecidedClasses } from '../census/ClassDecisions.ts';
import type { Columns } from '../census/Columns.ts';
import { type HomeProfiles, homeProfiles } from '../census/HomeProfiles.ts';
import { resourceClasses } from '../census/resourceClasses.ts';
import { type Census, takeCensus } from '../census/takeCensus.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { type ReadSet, union } from '../rego/readSet.ts';
import { questionsOf, type ScenarioQuestion } from './questionsOf.ts';
import { type ReportAreas, reportAreasOf } from './reportAreasOf.ts';
import type { Scenario } from './Scenario.ts';

export type DecideOptions = {
  readonly columns: Columns;
  readonly questions?: readonly ScenarioQuestion[];
  readonly baseline: Bundle;
  readonly proposed: Bundle;
};

/** A scenario with both bundles' decisions on every class of its cells, before anything is withheld or counted. */
export type DecidedScenario = {
  readonly columns: Columns;
  readonly questions: readonly ScenarioQuestion[];
  /** The instant of the scenario, in milliseconds since 1970. */
  readonly now: number;
  readonly before: PolicyEvaluator;
  readonly after: PolicyEvaluator;
  /** What either of them can read. */
  readonly readSet: ReadSet;
  readonly areas: ReportAreas;
  readonly census: Census;
  readonly classes: DecidedClasses;
  readonly profiles: HomeProfiles;
};

/** Groups homes by what policies can tell apart, and decides each class once under each bundle. */
export function decideScenario(
  scenario: Scenario,
  { columns, baseline, proposed, ...options }: DecideOptions,
): DecidedScenario {
  const questions = options.questions ?? questionsOf(scenario, columns.source.graph);
  const now = Date.parse(scenario.at);
  const [before, after] = [baseline.at(now).evaluator, proposed.at(now).evaluator];
  const readSet = union(before.readSet, after.readSet);
  const areas = reportAreasOf(scenario, columns);
  const census = takeCensus(columns, askedPlaces(columns, { questions, now, reportAreaOf: areas.areaOf }), readSet);
  const resources = resourceClasses(columns, readSet, scenario);
  const classes = new ClassDecisions(columns, census, resources).decide(before, after);
  const profiles = homeProfiles(columns, census, classes.behaviours);
  return { columns, questions, now, before, after, readSet, areas, census, classes, profiles };
}
