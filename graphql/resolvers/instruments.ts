import type { AreaResource, ResourceRef } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Act, Change, Instrument } from '../../twin/changes.ts';
import type { InstrumentNode } from '../../twin/graph/TwinGraph.ts';
import { moveInstrument } from '../../twin/lifecycles/moveInstrument.ts';
import type { InstrumentKind, InstrumentState, Move } from '../../twin/words.ts';
import { instrumentEntries } from '../instrumentEntries.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import {
  type AgreementInput,
  type CatalogueEntryInput,
  checkOffered,
  checkSigner,
  checkTerm,
  type OrderInput,
  type SharingRequestInput,
  term,
  toAgreement,
  toCatalogueEntry,
  toOrder,
  toSharingRequest,
} from './instrumentInput.ts';
import { type PageArgs, pageOf } from './page.ts';
import type { Session } from './Session.ts';

type Mutation<Args> = Resolve<unknown, Args, Promise<unknown>>;
type ListArgs = PageArgs & { readonly state?: InstrumentState | null };
type MoveArgs = { readonly id: string; readonly until?: string };

/** A query for the instruments of a kind that the caller may read, in the order in which they were made. */
function listOf(kind: InstrumentKind): Resolve<unknown, ListArgs, unknown> {
  return (_root, { state, ...page }, { session }) => {
    const nodes = [...session.ports.graph.instruments.values()].filter(
      (node) => node.instrument.kind === kind && (state == null || node.state === state),
    );
    return pageOf(
      nodes.flatMap((node) => readable(session, node)),
      page,
    );
  };
}

/** A mutation that makes an instrument. The decision comes first, so that a refusal says nothing of what was asked for. */
function makes<Input>(
  kind: InstrumentKind,
  move: Move,
  read: (session: Session, id: string, input: Input) => Instrument,
): Mutation<{ input: Input & { readonly area: string } }> {
  return async (_root, { input }, { session }) => {
    const { graph, newId, commit } = session.ports;
    found(graph.areas.get(input.area), 'area', input.area);
    const id = newId();
    const decision = await allowed(session, 'manage', session.purpose(null), {
      type: kind,
      area: input.area,
      id,
      move,
    });
    const change: Change = {
      kind: 'instrument_made',
      instrument: read(session, id, input),
      act: actOf(session, move),
    };
    await commit([change], instrumentEntries(graph, [change]));
    return show(session, graph.instrument(id), decision);
  };
}

/** A mutation that moves an instrument, and with it what rests on it. */
function moves(kind: InstrumentKind, move: Move, check?: (session: Session, node: InstrumentNode) => void) {
  const mutation: Mutation<MoveArgs> = async (_root, { id, until }, { session }) => {
    const { graph, commit } = session.ports;
    const node = nodeOf(session, kind, id);
    const decision = await allowedToMove(session, node, refOf(node, move));
    check?.(session, node);
    const { account, organisation } = session.caller.subject;
    const changes = moveInstrument(graph, {
      instrument: id,
      act: actOf(session, move),
      givenBy: organisation?.id ?? account ?? id,
      ...(until === undefined ? {} : { ends: term(session, until) }),
    });
    await commit(changes, instrumentEntries(graph, changes));
    return show(session, node, decision);
  };
  return mutation;
}

/** The resolvers of the catalogue, of sharing requests, orders and agreements. */
export const instrumentResolvers = {
  Query: {
    catalogue: listOf('catalogue_entry'),
    sharingRequests: listOf('sharing_request'),
    orders: listOf('order'),
    agreements: listOf('agreement'),
  },
  Mutation: {
    draftCatalogueEntry: makes<CatalogueEntryInput>('catalogue_entry', 'draft', toCatalogueEntry),
    publishCatalogueEntry: moves('catalogue_entry', 'publish', checkTerm),
    withdrawCatalogueEntry: moves('catalogue_entry', 'withdraw'),
    requestSharing: makes<SharingRequestInput>('sharing_request', 'request', toSharingRequest),
    reviewSharingRequest: moves('sharing_request', 'review'),
    approveSharingRequest: moves('sharing_request', 'approve', checkOffered),
    refuseSharingRequest: moves('sharing_request', 'refuse'),
    endSharingRequest: moves('sharing_request', 'end'),
    registerOrder: makes<OrderInput>('order', 'register', toOrder),
    approveOrder: moves('order', 'approve'),
    refuseOrder: moves('order', 'refuse'),
    revokeOrder: moves('order', 'end'),
    proposeAgreement: makes<AgreementInput>('agreement', 'propose', toAgreement),
    signAgreement: moves('agreement', 'sign', checkSigner),
    endAgreement: moves('agreement', 'end'),
  },
};

/** The reference to an instrument, for the one move that is asked for, or to look at it. */
export function refOf({ instrument }: InstrumentNode, move: Move | null): AreaResource {
  return { type: instrument.kind, area: instrument.area, id: instrument.id, move };
}

function readable(session: Session, node: InstrumentNode) {
  const ref = refOf(node, null);
  if (!session.serves(ref, null)) return [];
  const decision = session.decide('read', session.purpose(null), ref);
  return allowsWhole(decision) && session.settle(decision, ref) !== null ? [show(session, node, decision)] : [];
}

/** An instrument as the schema tells it. */
function show({ ports: { graph } }: Session, { instrument, state, ends, acts }: InstrumentNode, by: Decision) {
  return { ...instrument, area: graph.areas.get(instrument.area), state, ends, acts: [...acts], decisionId: by.id };
}

/** What the caller does, now. Throws `access:role.missing` for who has no name. */
export function actOf({ caller, ports }: Session, move: Move): Act {
  const { account } = caller.subject;
  // Without a name nobody can be told from anybody, which two persons have to be.
  if (account === null) throw new CodedError('access:role.missing', 'only a named account does this');
  return { move, by: account, at: new Date(ports.clock.now()).toISOString() };
}

function nodeOf({ ports: { graph } }: Session, kind: InstrumentKind, id: string): InstrumentNode {
  const node = graph.instruments.get(id);
  return found(node?.instrument.kind === kind ? node : undefined, kind, id);
}

/**
 * Decides a move and writes the decision down. What was decided while another moved the thing was decided about something
 * else, so that nobody approves twice at once: throws `command:instrument.moved_meanwhile`.
 */
export async function allowedToMove(
  session: Session,
  { acts }: { readonly acts: readonly Act[] },
  ref: ResourceRef,
): Promise<Decision> {
  const decidedAt = acts.length;
  const decision = await allowed(session, 'manage', session.purpose(null), ref);
  if (acts.length === decidedAt) return decision;
  throw new CodedError(
    'command:instrument.moved_meanwhile',
    `the ${ref.type.replaceAll('_', ' ')} was moved meanwhile`,
    {
      hint: 'look at it again, then decide',
    },
  );
}
