import { CodedError } from '../twin/CodedError.ts';
import type { AreaBasis, Basis } from '../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../twin/graph/TwinGraph.ts';
import { type Grade, type Label, OUTCOMES, type Outcome, PURPOSES, type Purpose, type Tier } from '../twin/words.ts';
import type { Asking, HomeResource } from './AccessRequest.ts';
import type { Asker } from './access/Asker.ts';
import { askersOf } from './access/askersOf.ts';
import type { Bundle } from './Bundles.ts';
import { canonicalJson } from './canonicalJson.ts';
import { propertiesOf } from './census/propertiesOf.ts';
import { combine, type Decided } from './combine.ts';
import { gatherFacts } from './facts/gatherFacts.ts';
import type { PolicyInput } from './facts/PolicyInput.ts';
import { areaBasesFor, basesFor } from './facts/pairFacts.ts';
import { labelOf } from './facts/resourceFacts.ts';
import type { Obligation } from './obligations/Obligation.ts';
import type { PolicyEvaluator } from './rego/PolicyEvaluator.ts';
import type { Reason } from './rego/Verdict.ts';

/** Whose reading, and when: `at` is in milliseconds since 1970. */
export type AccessQuestion = {
  readonly home: string;
  readonly device: string;
  readonly property: string;
  readonly at: number;
};

export type AccessPorts = {
  /** The twin as it was known at that instant. */
  readonly graph: TwinGraph;
  /** The bundle that was active then; null when none was, and then nobody could. */
  readonly bundle: Bundle | null;
  /** The grades that each tier's endpoint serves: whatever is decided, another one is absent there. */
  readonly grades: Readonly<Record<Tier, readonly Grade[]>>;
};

/** A basis that was in force for whom it concerns; `area` is null for one of this home alone. */
export type HeldBasis = Pick<Basis, 'id' | 'type' | 'givenBy' | 'granularity' | 'ends'> & {
  readonly person: string | null;
  readonly area: string | null;
};

/** One who could see it, and for which purposes. */
export type Seer = Pick<Asker, 'kind' | 'id'> & {
  readonly tier: Tier | 'anonymous';
  readonly purposes: readonly Purpose[];
};

/** All who could see it in the same way for the same reasons. */
export type AccessGroup = {
  readonly outcome: Outcome;
  readonly obligations: readonly Obligation[];
  readonly reasons: readonly Reason[];
  /** What was in force for them, for these purposes and this category. */
  readonly basis: readonly HeldBasis[];
  readonly who: readonly Seer[];
};

/** Who could have seen a reading at an instant, and why. */
export type Access = {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly label: Label;
  /** When the property had last been reported by then, ISO 8601 in UTC; null when it never was, or is erased. */
  readonly reportedAt: string | null;
  /** How many changes until then are gone with their keys: what they said of the home or of people is not known any more. */
  readonly erased: number;
  /** From what shows most to what shows least. */
  readonly granted: readonly AccessGroup[];
  /** How many askings of how many askers were refused, and the reason that most of them met; null when none was. */
  readonly denied: { readonly askings: number; readonly askers: number; readonly commonest: Reason | null };
};

/**
 * Who could have seen a reading at an instant, by the facts and the bundle of then: everybody whom the twin knew, for every
 * purpose of the closed list. Nothing is recorded; it asks what would have been decided.
 *
 * Throws `twin:home.not_found`, `twin:device.not_found` and `twin:property.not_found` for what was not known then.
 */
export function accessAt({ at, ...of }: AccessQuestion, { graph, bundle, grades }: AccessPorts): Access {
  const home = graph.home(of.home);
  const device = graph.device(of.home, of.device);
  requireProperty([...propertiesOf(device)], of);
  const resource: HomeResource = { type: 'property', ...of };
  const label = labelOf(resource, device);
  const value = device.values.get(of.property);
  const decide = decider(bundle?.at(at).evaluator ?? null);
  const groups = new Map<string, Omit<AccessGroup, 'who'> & { readonly who: Map<string, Seer> }>();
  const refusals = new Refusals();
  for (const asker of askersOf(graph, home)) {
    const { tier } = asker.subject;
    const served = tier !== 'anonymous' && grades[tier].includes(label.grade);
    for (const purpose of PURPOSES) {
      const asking: Asking = { subject: asker.subject, action: 'read', purpose, channel: 'api' };
      const { outcome, obligations, reasons } = decide(gatherFacts(graph, asking, resource, at));
      if (outcome === 'denied' || !served) {
        refusals.add(asker, outcome === 'denied' ? reasons : [notServed(tier, label)]);
        continue;
      }
      const basis = heldBases(graph, home, { asking, label });
      const key = canonicalJson([outcome, obligations, reasons, basis]);
      const group = groups.get(key) ?? { outcome, obligations, reasons, basis, who: new Map() };
      groups.set(key, group);
      addSeer(group.who, asker, purpose);
    }
  }
  return {
    at: new Date(at).toISOString(),
    label,
    reportedAt: value ? new Date(value.at).toISOString() : null,
    erased: graph.erased,
    granted: [...groups]
      .sort(([a, one], [b, other]) => rank(other) - rank(one) || (a < b ? -1 : 1))
      .map(([, { who, ...group }]) => ({ ...group, who: [...who.values()] })),
    denied: refusals.sum(),
  };
}

function requireProperty(properties: readonly string[], { device, property }: Omit<AccessQuestion, 'at'>): void {
  if (properties.includes(property)) return;
  throw new CodedError('twin:property.not_found', `the device \`${device}\` has no property \`${property}\``, {
    hint: properties.length > 0 ? `it has ${properties.join(', ')}` : 'nothing is known of its model',
  });
}

/** Decides inputs, equal ones once: most askers are alike to a home. */
function decider(evaluator: PolicyEvaluator | null): (input: PolicyInput) => Decided {
  const known = new Map<string, Decided>();
  return (input) => {
    if (!evaluator) return NO_BUNDLE;
    const key = canonicalJson(input);
    const decided = known.get(key) ?? combine(evaluator.evaluate(input));
    known.set(key, decided);
    return decided;
  };
}

/** The reasons that `combine` gives have a policy; these two stand outside of all. */
const OUTSIDE: Omit<Reason, 'rule' | 'clauses' | 'message'> = {
  code: 'no_permit',
  policy: 'main',
  file: 'policies/main.rego',
  line: 1,
};
const NO_BUNDLE: Decided = {
  outcome: 'denied',
  obligations: [],
  reasons: [{ ...OUTSIDE, rule: 'no_bundle', clauses: ['DH-7.2.6'], message: 'no policies were active yet' }],
  errors: [],
};

function notServed(tier: string, { grade }: Label): Reason {
  const message = `the endpoint of the tier ${tier} serves no data of grade ${grade}`;
  return { ...OUTSIDE, rule: 'grade_not_served', clauses: ['DH-5.4.4-1', 'SC-6.3.1-p2'], message };
}

function addSeer(who: Map<string, Seer>, { kind, id, subject: { tier } }: Asker, purpose: Purpose): void {
  const key = `${kind} ${id}`;
  who.set(key, { kind, id, tier, purposes: [...(who.get(key)?.purposes ?? []), purpose] });
}

/** What somebody may have rested on: the bases in force for the asking, for data of that category. */
function heldBases(
  graph: TwinGraph,
  home: HomeNode,
  { asking, label: { category } }: { readonly asking: Asking; readonly label: Label },
): HeldBasis[] {
  const ofHome = basesFor(home, asking).filter(({ purposes }) => purposes.includes(asking.purpose));
  return [...ofHome, ...areaBasesFor(graph, home.home.area, asking)]
    .filter(({ categories }) => categories.includes(category))
    .map(toHeld)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function toHeld(basis: Basis | AreaBasis): HeldBasis {
  const { id, type, givenBy, granularity, ends } = basis;
  const about = 'area' in basis ? { person: null, area: basis.area } : { person: basis.person, area: null };
  return { id, type, givenBy, granularity, ends, ...about };
}

/** Counts refusals, and what most of them were refused for. */
class Refusals {
  readonly #askers = new Set<Asker>();
  readonly #reasons = new Map<string, { readonly reason: Reason; count: number }>();
  #askings = 0;

  add(asker: Asker, reasons: readonly Reason[]): void {
    this.#askings += 1;
    this.#askers.add(asker);
    for (const reason of reasons) {
      const key = `${reason.policy}/${reason.rule} ${reason.message}`;
      const known = this.#reasons.get(key) ?? { reason, count: 0 };
      known.count += 1;
      this.#reasons.set(key, known);
    }
  }

  sum(): Access['denied'] {
    const reasons = [...this.#reasons].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
    return { askings: this.#askings, askers: this.#askers.size, commonest: reasons[0]?.[1].reason ?? null };
  }
}

function rank(group: Pick<AccessGroup, 'outcome'>): number {
  return OUTCOMES.indexOf(group.outcome);
}
