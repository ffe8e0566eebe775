import type { EmergencyAccessNode, InstrumentNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { CATEGORIES, type Move, type Side } from '../../twin/words.ts';
import type { Asking, ResourceRef, Subject } from '../AccessRequest.ts';
import type { InstrumentFacts } from './PolicyInput.ts';
import { areaBasesFor } from './pairFacts.ts';

/**
 * What policies may know of an instrument and of what the subject is to it; for a simulation, of the order that it may
 * rest on. Null for a resource of another type.
 */
export function instrumentOf(
  graph: TwinGraph,
  resource: ResourceRef,
  { subject, purpose }: Asking,
): InstrumentFacts | null {
  if (resource.type === 'simulation') return orderOver(graph, resource.area, { subject, purpose });
  if (!('move' in resource)) return null;
  const { move } = resource;
  const node = nodeOf(graph, resource);
  if (!node) return { state: 'none', move, done: [], sides: [] };
  const done = new Set<Move>();
  for (const act of node.acts) {
    if (act.by !== null && isOfSubject(graph, act.by, subject)) done.add(act.move as Move);
  }
  const sides = new Set<Side>();
  const isParty = (id: string): boolean => id === subject.person || id === subject.organisation?.id;
  if (gainersOf(node).some(isParty)) sides.add('gaining');
  if ('instrument' in node && 'provider' in node.instrument && isParty(node.instrument.provider)) sides.add('giving');
  return { state: node.state, move, done: [...done].sort(), sides: [...sides].sort() };
}

/**
 * The order in force that gives the subject all data of all homes of an area for a purpose. A draft may ask about whatever
 * the twin knows of a home, so that less than all categories is not enough.
 */
function orderOver(graph: TwinGraph, area: string, asking: Pick<Asking, 'subject' | 'purpose'>): InstrumentFacts {
  const orders = areaBasesFor(graph, area, asking).filter(({ type }) => type === 'order');
  const ordered = orders.some(({ categories }) => CATEGORIES.every((category) => categories.includes(category)));
  return { state: ordered ? 'in_force' : 'none', move: null, done: [], sides: ordered ? ['gaining'] : [] };
}

type Moved = Extract<ResourceRef, { readonly move: unknown }>;

function nodeOf(graph: TwinGraph, resource: Moved): InstrumentNode | EmergencyAccessNode | undefined {
  if (resource.type === 'emergency_access') {
    return graph.homes.get(resource.home)?.emergencyAccesses.get(resource.id);
  }
  const node = graph.instruments.get(resource.id);
  return node?.instrument.kind === resource.type ? node : undefined;
}

function gainersOf(node: InstrumentNode | EmergencyAccessNode): readonly string[] {
  if ('access' in node) return [...node.parties];
  return 'grantee' in node.instrument ? [node.instrument.grantee] : [];
}

/** Whether an account is the subject's, or another one of the same person. */
function isOfSubject(graph: TwinGraph, account: string, { account: own, person }: Subject): boolean {
  return account === own || (person !== null && graph.accounts.get(account)?.person === person);
}
