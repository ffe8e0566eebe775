import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Move, Side } from '../../twin/words.ts';
import type { ResourceRef, Subject } from '../AccessRequest.ts';
import type { InstrumentFacts } from './PolicyInput.ts';

/** What policies may know of an instrument and of what the subject is to it; null for a resource of another type. */
export function instrumentOf(graph: TwinGraph, resource: ResourceRef, subject: Subject): InstrumentFacts | null {
  if (!('move' in resource)) return null;
  const { move } = resource;
  const node = graph.instruments.get(resource.id);
  if (node?.instrument.kind !== resource.type) return { state: 'none', move, done: [], sides: [] };
  const done = new Set<Move>();
  for (const act of node.acts) {
    if (act.by !== null && isOfSubject(graph, act.by, subject)) done.add(act.move as Move);
  }
  const sides = new Set<Side>();
  const { instrument } = node;
  const isParty = (id: string): boolean => id === subject.person || id === subject.organisation?.id;
  if ('grantee' in instrument && isParty(instrument.grantee)) sides.add('gaining');
  if ('provider' in instrument && isParty(instrument.provider)) sides.add('giving');
  return { state: node.state, move, done: [...done].sort(), sides: [...sides].sort() };
}

/** Whether an account is the subject's, or another one of the same person. */
function isOfSubject(graph: TwinGraph, account: string, { account: own, person }: Subject): boolean {
  return account === own || (person !== null && graph.accounts.get(account)?.person === person);
}
