import { createHash } from 'node:crypto';
import { invariant } from '../twin/CodedError.ts';
import type { Bundle } from './Bundles.ts';
import { canonicalJson } from './canonicalJson.ts';
import { CensusPlan } from './census/CensusPlan.ts';
import type { Columns } from './census/Columns.ts';
import type { Changes } from './rego/composeDraft.ts';
import type { PolicyDates } from './rego/policyDates.ts';
import { askingNowhere } from './simulate/askingNowhere.ts';
import { IMPACT_REPORT_VERSION, type ImpactReport } from './simulate/ImpactReport.ts';
import type { RulesBySide } from './simulate/idleRules.ts';
import type { Limit } from './simulate/Limit.ts';
import { makeReport } from './simulate/makeReport.ts';
import { holds, notInForce } from './simulate/notInForce.ts';
import { questionsOf, type ScenarioQuestion } from './simulate/questionsOf.ts';
import { type ReportAreas, reportAreasOf } from './simulate/reportAreasOf.ts';
import { requireAsked } from './simulate/requireAsked.ts';
import { requireFacts } from './simulate/requireFacts.ts';
import type { Scenario } from './simulate/Scenario.ts';
import { witnessFinder } from './simulate/witnessFinder.ts';

/** The homes that a scenario is played on. */
type ImpactPlanPorts = {
  /** Names the homes. */
  readonly population: string;
  /** Of what the homes are, where something vouches for it, such as the log of a live twin. */
  readonly populationDigest?: string;
  readonly columns: Columns;
  readonly questions?: readonly ScenarioQuestion[];
  /** What the change is held against beside what the scenario expects. */
  readonly limits?: readonly Limit[];
  /** The version of the program, for the report to name. */
  readonly version?: string;
  /** Told when a play is that far. */
  readonly onStep?: (step: 'decided' | 'counted') => void;
};

export type SimulatePorts = ImpactPlanPorts & { readonly baseline: Side; readonly proposed: Proposed };

type Side = Bundle & { readonly dates?: ReadonlyMap<string, PolicyDates> };
type Proposed = Side & { readonly changes: Changes };

/**
 * What a draft would change, exactly: homes are counted by class, each class is decided once under each bundle, and the
 * counts are multiplied. Nothing is estimated and no home is visited but those that a requester has something to do with.
 *
 * Throws as `questionsOf`, `requireAsked` and `askingNowhere` do, for what a scenario names and the homes do not have, and as `requireFacts`
 * does for policies that read what cannot be counted.
 */
export function simulate(scenario: Scenario, { baseline, proposed, ...ports }: SimulatePorts): ImpactReport {
  return new ImpactPlan(scenario, ports).play(baseline, proposed);
}

/**
 * A scenario that is played on the same homes under one pair of bundles after the other, as an author edits a draft: only
 * what an edit may have changed is decided again, and each report is byte for byte that of `simulate`. The columns must
 * not be refreshed meanwhile.
 */
export class ImpactPlan {
  readonly #scenario: Scenario;
  readonly #ports: ImpactPlanPorts;
  readonly #questions: readonly ScenarioQuestion[];
  readonly #areas: ReportAreas;
  /** Requesters who ask about no home. */
  readonly #nowhere: readonly string[];
  readonly #census: CensusPlan;
  readonly #revision: number;
  readonly #now: number;

  /** Throws as `questionsOf`, `requireAsked` and `askingNowhere` do. */
  constructor(scenario: Scenario, ports: ImpactPlanPorts) {
    const { columns } = ports;
    this.#scenario = scenario;
    this.#ports = ports;
    this.#questions = ports.questions ?? questionsOf(scenario, columns.source.graph);
    this.#areas = reportAreasOf(scenario, columns);
    requireAsked(scenario, columns, this.#areas.ids.length > 0);
    this.#nowhere = askingNowhere(this.#questions, columns, this.#areas);
    this.#now = Date.parse(scenario.at);
    this.#revision = columns.revision;
    const options = { questions: this.#questions, now: this.#now, reportAreaOf: this.#areas.areaOf, filter: scenario };
    this.#census = new CensusPlan(columns, options);
  }

  /** Throws as `requireFacts` does. */
  play(baseline: Side, proposed: Proposed): ImpactReport {
    const { columns, population, populationDigest, limits = [], version, onStep } = this.#ports;
    const { erased } = columns.source.graph;
    const [scenario, questions, now] = [this.#scenario, this.#questions, this.#now];
    invariant(columns.revision === this.#revision, 'the columns are at the revision of the plan');
    const [before, after] = [baseline.at(now).evaluator, proposed.at(now).evaluator];
    requireFacts(before.readSet, 'the policies of the baseline');
    requireFacts(after.readSet, 'the proposed policies');
    const decided = this.#census.decide(before, after);
    onStep?.('decided');
    const rules = { before: rulesAt(baseline, now), after: rulesAt(proposed, now) };
    const asleep = notInForce(proposed, now);
    const findWitness = witnessFinder({ columns, questions, filter: scenario, decided, now, before, after });
    const counted = makeReport({
      ...{ scenario, columns, decided, questions, rules, limits, findWitness },
      areas: this.#areas,
      nowhere: this.#nowhere,
    });
    onStep?.('counted');
    return {
      version: IMPACT_REPORT_VERSION,
      scenario: scenario.name,
      revision: this.#revision,
      population: { id: population, homes: columns.size, ...(erased > 0 && { erased }) },
      inputs: {
        scenario: createHash('sha256').update(canonicalJson(scenario)).digest('hex'),
        baseline: baseline.id,
        proposed: proposed.id,
        population: populationDigest ?? null,
        engine: version ?? null,
      },
      ...counted,
      draft: proposed.changes,
      ...(asleep.length > 0 && { notInForce: asleep }),
      exact: true,
    };
  }
}

function rulesAt({ rules, dates }: Side, instant: number): RulesBySide['before'] {
  return rules.map((rule) => {
    const known = dates?.get(rule.policy);
    return known ? { ...rule, inForce: holds(known, instant) } : rule;
  });
}
