import { NONE } from './census/askedPlaces.ts';
import { decideScenario } from './simulate/decideScenario.ts';
import { assertFew, assertFixed } from './simulate/guard/assertFixed.ts';
import type { GuardedReport } from './simulate/guard/GuardedReport.ts';
import { guardReport, type Paid } from './simulate/guard/guardReport.ts';
import type { Right } from './simulate/guard/rightOf.ts';
import { notInForce } from './simulate/notInForce.ts';
import { requireAsked } from './simulate/requireAsked.ts';
import type { Scenario } from './simulate/Scenario.ts';
import type { SimulatePorts } from './simulate.ts';

/** The right of the reader, and what was paid by `PrivacyBudget`. */
export type GuardedOptions = { readonly right: Extract<Right, { kind: 'guarded' }>; readonly paid: Paid };

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
  assertFixed(scenario, { level: right.level, graph: ports.columns.source.graph });
  const decided = decideScenario(scenario, ports);
  requireAsked(scenario, ports.columns, decided.areas.ids.length > 0);
  assertFew(decided, right.level);
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
