import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { ResourceRef } from './AccessRequest.ts';
import type { Bundles } from './Bundles.ts';
import type { Clock } from './Clock.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { Decided } from './combine.ts';
import type { Decision, DecisionRecord } from './Decision.ts';
import { decideInput } from './decideInput.ts';
import { type ExplainedFact, explainFacts } from './explanation/explainFacts.ts';
import { knownOfHome } from './explanation/knownOfHome.ts';
import { type NextBetter, nextBetter, type ShownCounterfactual, showCounterfactual } from './explanation/nextBetter.ts';
import type { ReaderKind } from './explanation/ReaderKind.ts';
import { type ToldDecision, toldTo } from './explanation/toldTo.ts';
import { type ExplanationReader, livesAt, viewOf } from './explanation/viewOf.ts';
import { hidesHome } from './obligations/hiddenPlaces.ts';

/** Why something was decided. */
export type Explanation = {
  readonly reader: ReaderKind;
  /** All that is kept, for whoever works with it further; what the reader sees of it is `decision`. */
  readonly record: DecisionRecord;
  readonly decision: ToldDecision;
  /** The resources that it covered, as far as they are the reader's to know. */
  readonly resources: readonly ResourceRef[];
  readonly facts: readonly ExplainedFact[];
  /** Null when the outcome is the highest, or when no single change would better it. */
  readonly nextBetter: (Omit<NextBetter, 'changes'> & { readonly changes: readonly ShownCounterfactual[] }) | null;
  /** Whether the bundle, asked again with the kept input, gave the same bytes. */
  readonly reproduced: boolean;
};

export type ExplainPorts = { readonly graph: TwinGraph; readonly bundles: Bundles; readonly clock: Clock };

/**
 * Explains a decision to a reader: its facts and where they come from, the rules that decided, and what single change
 * would have led to the next better outcome. How much of it the reader sees is itself decided. Null when the decision is
 * not the reader's to know: then it says no more than for an id that does not exist.
 */
export async function explain(
  record: DecisionRecord,
  reader: ExplanationReader,
  { graph, bundles, clock }: ExplainPorts,
): Promise<Explanation | null> {
  const kind = viewOf(record, reader, graph);
  if (kind === null) return null;
  const bundle = await bundles.find(record.bundle);
  // The policies of then, whatever holds by now.
  const inForce = bundle?.at(Date.parse(record.at));
  const reproduced = inForce !== undefined && bytesOf(decideInput(record.input, inForce)) === bytesOf(record);
  const decision = toldTo(kind, record);
  if (kind === 'outside')
    return { reader: kind, record, decision, resources: [], facts: [], nextBetter: null, reproduced };
  const mayKnow = kind === 'requester' ? knownOfHome(record, reader, { graph, now: clock.now() }) : () => true;
  const better = inForce ? nextBetter(record, inForce.evaluator) : null;
  return {
    reader: kind,
    record,
    decision,
    resources: resourcesFor(kind, record, (resource) => livesAt(graph, resource, reader.subject)),
    facts: explainFacts(record.input, mayKnow),
    nextBetter: better && { ...better, changes: showCounterfactual(better.changes, mayKnow) },
    reproduced,
  };
}

/** People are told of their own home alone, and a requester of none whose home the decision lets nobody name. */
function resourcesFor(
  kind: ReaderKind,
  { resources, ...decision }: DecisionRecord,
  isOwn: (resource: ResourceRef) => boolean,
): readonly ResourceRef[] {
  if (kind === 'people') return resources.filter(isOwn);
  return kind === 'requester' && hidesHome(decision) ? [] : resources;
}

function bytesOf(decided: Decided & Pick<Decision, 'announced'>): string {
  const { outcome, obligations, reasons, errors, underneath = null, announced = [] } = decided;
  return canonicalJson({ outcome, obligations, reasons, errors, underneath, announced });
}
