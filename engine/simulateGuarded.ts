import { NONE } from './census/askedPlaces.ts';
import { askingNowhere } from './simulate/askingNowhere.ts';
import { decideScenario } from './simulate/decideScenario.ts';
import { assertFew, assertFixed } from './simulate/guard/assertFixed.ts';
import type { GuardedReport } from './simulate/guard/GuardedReport.ts';
import { guardReport, type Paid } from './simulate/guard/guardReport.ts';
import type { Right } from './simulate/guard/rightOf.ts';
import { notInForce } from './simulate/notInForce.ts';
import { questionsOf } from './simulate/questionsOf.ts';
import { reportAreasOf } from './simulate/reportAreasOf.ts';
import { requireAsked } from './simulate/requireAsked.ts';
import { requireFacts } from './simulate/requireFacts.ts';
import type { Scenario } from './simulate/Scenario.ts';
import type { SimulatePorts } from './simulate.ts';

/** The right of the reader, and what was paid by `PrivacyBudget`. */
export type GuardedOptions = { readonly right: Extract<Right, { kind: 'guarded' }>; readonly paid: Paid };

/**
 * That a guarded answer can be given at all, by what is asked and by which policies, and never by what is in homes: whoever
 * pays for one gets it. Throws as `simulateGuarded` does.
 */
export function assertGuardable(
  scenario: Scenario,
  { columns, baseline, proposed, ...ports }: SimulatePorts,
  { level }: GuardedOptions['right'],
): void {
  const { graph } = columns.source;
  assertFixed(scenario, { level, graph });
  const questions = ports.questions ?? questionsOf(scenario, graph);
  const areas = reportAreasOf(scenario, columns);
  requireAsked(scenario, columns, areas.ids.length > 0);
  askingNowhere(questions, columns, areas);
  assertFew({ questions, areas }, level);
  const now = Date.parse(scenario.at);
  requireFacts(baseline.at(now).evaluator.readSet, 'the policies of the baseline');
  requireFacts(proposed.at(now).evaluator.readSet, 'the proposed policies');
}

/**
 * What a draft would change for the homes of the twin, told to somebody without the right to exact counts: homes are
 * counted as `simulate` counts them, and told in fixed tables under noise.
 *
 * Throws `scenario:guard.refused` for what these tables do not tell, and as `simulate` does.
 */
export function simulateGuarded(
  scenario: Scenario,
  ports: SimulatePorts,
  { right, paid }: GuardedOptions,
): GuardedReport {
  assertGuardable(scenario, ports, right);
  const decided = decideScenario(scenario, ports);
  const asleep = notInForce(ports.proposed, decided.now);
  const homes = decided.census.groupOf.reduce((count, group) => (group === NONE ? count : count + 1), 0);
  return guardReport(
    {
      ...decided,
      scenario,
      population: { id: ports.population, homes },
      draft: ports.proposed.changes,
      ...(asleep.length > 0 && { notInForce: asleep }),
    },
    paid,
  );
}
