import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { explanationOf, type ResourceRef, type Subject } from '../AccessRequest.ts';
import type { AskedDecision, DecisionRecord } from '../Decision.ts';
import { peopleOf } from '../facts/pairFacts.ts';
import { isSound } from '../fulfil.ts';
import type { ReaderKind } from './ReaderKind.ts';

/** Who reads an explanation, and how the policies are asked for that reader. */
export type ExplanationReader = {
  readonly subject: Subject;
  /** The holder of the admin token reads explanations of whatever was decided. */
  readonly auditor: boolean;
  /** Decides whether the reader may read a resource; it is written down before the explanation leaves. */
  readonly decide: (resource: ResourceRef) => AskedDecision;
  /** Carries out what a decision asks for beside the answer; false when that cannot be done. */
  readonly settle: (decision: AskedDecision, resource: ResourceRef) => boolean;
};

/**
 * As whom somebody reads the explanation of a decision, which the policies decide; null when it is not theirs to know.
 * Only who asked, the people of a home that it is about, and the auditor come into question at all.
 */
export function viewOf(record: DecisionRecord, reader: ExplanationReader, graph: TwinGraph): ReaderKind | null {
  const { account } = record.asking.subject;
  const asked = account !== null && account === reader.subject.account;
  const own = record.resources.find((each) => livesAt(graph, each, reader.subject));
  const about = own ?? (asked || reader.auditor ? record.resources[0] : undefined);
  if (about === undefined) return null;
  const resource = explanationOf(about, record.id);
  const decision = reader.decide(resource);
  const view = viewBy(decision, reader.auditor);
  // What is less than the whole is for who asked: of others' questions people know all or nothing.
  if (view === null || (view !== 'people' && view !== 'auditor' && !asked)) return null;
  return reader.settle(decision, resource) ? view : null;
}

/** Whether somebody is of the people whose life the home of a resource shows. */
export function livesAt(graph: TwinGraph, resource: ResourceRef, { person }: Subject): boolean {
  const home: HomeNode | undefined = 'home' in resource ? graph.homes.get(resource.home) : undefined;
  return home !== undefined && person !== null && peopleOf(home).has(person);
}

/** What of an explanation a decision about it shows; policies say so by the masks of `operations/explanations`. */
export function viewBy(decision: AskedDecision, auditor: boolean): ReaderKind | null {
  const { outcome, obligations } = decision;
  if (!isSound(decision)) return null;
  const mask = obligations.find((obligation) => obligation.type === 'mask');
  if (mask?.method === 'suppress') return outcome === 'denied' ? null : 'outside';
  if (outcome === 'raw' && !mask) return auditor ? 'auditor' : 'people';
  return outcome === 'reduced' && mask?.method === 'generalise' ? 'requester' : null;
}
