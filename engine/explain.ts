import type { HomeNode, TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { ResourceRef, Subject } from './AccessRequest.ts';
import type { Bundles } from './Bundles.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { Decided } from './combine.ts';
import type { Decision, DecisionRecord } from './Decision.ts';
import { decideInput } from './decideInput.ts';
import { type ExplainedFact, explainFacts } from './explanation/explainFacts.ts';
import { type NextBetter, nextBetter, type ShownCounterfactual, showCounterfactual } from './explanation/nextBetter.ts';
import type { ReaderKind } from './explanation/ReaderKind.ts';
import { peopleOf } from './facts/pairFacts.ts';
import { hidesHome } from './obligations/hiddenPlaces.ts';

/** Who reads an explanation. */
export type ExplanationReader = {
  readonly subject: Subject;
  /** The holder of the admin token reads every explanation. */
  readonly auditor: boolean;
};

/** Why something was decided. */
export type Explanation = {
  readonly reader: ReaderKind;
  readonly decision: DecisionRecord;
  /** The resources that it covered, as far as they are the reader's to know. */
  readonly resources: readonly ResourceRef[];
  readonly facts: readonly ExplainedFact[];
  /** Null when the outcome is the highest, or when no single change would better it. */
  readonly nextBetter: (Omit<NextBetter, 'changes'> & { readonly changes: readonly ShownCounterfactual[] }) | null;
  /** Whether the bundle, asked again with the kept input, gave the same bytes. */
  readonly reproduced: boolean;
};

export type ExplainPorts = { readonly graph: TwinGraph; readonly bundles: Bundles };

/**
 * Explains a decision to a reader: its facts and where they come from, the rules that decided, and what single change
 * would have led to the next better outcome. Null when the decision is not the reader's to know: then it says no more
 * than for an id that does not exist.
 */
export async function explain(
  record: DecisionRecord,
  reader: ExplanationReader,
  { graph, bundles }: ExplainPorts,
): Promise<Explanation | null> {
  const kind = readerOf(record, reader, graph);
  if (kind === null) return null;
  const bundle = await bundles.find(record.bundle);
  // The policies of then, whatever holds by now.
  const inForce = bundle?.at(Date.parse(record.at));
  const better = inForce ? nextBetter(record, inForce.evaluator) : null;
  return {
    reader: kind,
    decision: record,
    resources: resourcesFor(kind, record, (resource) => isOfHome(graph, resource, reader)),
    facts: explainFacts(record.input, kind),
    nextBetter: better && { ...better, changes: showCounterfactual(better.changes, kind) },
    reproduced: inForce !== undefined && bytesOf(decideInput(record.input, inForce)) === bytesOf(record),
  };
}

/**
 * The people of a home read whatever was decided about it, also about themselves; a class of equal homes is one record,
 * so they are known by the resources that it names.
 */
function readerOf(record: DecisionRecord, reader: ExplanationReader, graph: TwinGraph): ReaderKind | null {
  if (reader.auditor) return 'auditor';
  if (record.resources.some((resource) => isOfHome(graph, resource, reader))) return 'people';
  const { account } = record.asking.subject;
  return account !== null && account === reader.subject.account ? 'requester' : null;
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

function isOfHome(graph: TwinGraph, resource: ResourceRef, { subject }: ExplanationReader): boolean {
  const home: HomeNode | undefined = 'home' in resource ? graph.homes.get(resource.home) : undefined;
  return home !== undefined && subject.person !== null && peopleOf(home).has(subject.person);
}

function bytesOf(decided: Decided & Pick<Decision, 'announced'>): string {
  const { outcome, obligations, reasons, errors, underneath = null, announced = [] } = decided;
  return canonicalJson({ outcome, obligations, reasons, errors, underneath, announced });
}
