import type { HomeResource } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import type { HomeRecordNode } from '../../twin/graph/HomeRecords.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { HomeRecord, HomeRecordChange } from '../../twin/homeRecords.ts';
import type { Purpose } from '../../twin/words.ts';
import { recordEntries } from '../recordEntries.ts';
import { allowed, found } from './allowed.ts';
import type { Session } from './Session.ts';
import { seenHome } from './visibility.ts';

/** What every question about a thing of a home names. */
export type AskedOfHome = { readonly home: string; readonly purpose?: Purpose | null };

type Kind = HomeRecord['kind'];
type NodeOf<K extends Kind> = HomeRecordNode & { readonly record: Extract<HomeRecord, { kind: K }> };

/** The things of a kind in a home that the caller may read, oldest first, each with its decision. */
export function readRecords<K extends Kind>(session: Session, kind: K, asked: AskedOfHome): readonly Read<K>[] {
  const home = seenHome(session.ports.graph, session.caller, asked.home);
  return [...home.records.keys()].flatMap((id) => readRecord(session, kind, asked, id) ?? []);
}

type Read<K extends Kind> = { readonly node: NodeOf<K>; readonly decision: Decision };

/** One of them; null where it is of another kind, and where the caller may not read it. */
export function readRecord<K extends Kind>(
  session: Session,
  kind: K,
  { home: id, purpose }: AskedOfHome,
  record: string,
  action: 'read' | 'subscribe' = 'read',
): Read<K> | null {
  const home = seenHome(session.ports.graph, session.caller, id);
  const node = home.records.get(record);
  const ref = refOf(home, kind, record);
  if (node?.record.kind !== kind || !session.serves(ref, null)) return null;
  const decision = session.decide(action, session.purpose(purpose ?? null), ref);
  const isShown = allowsWhole(decision) && session.settle(decision, ref) !== null;
  return isShown ? { node: node as NodeOf<K>, decision } : null;
}

/** Decides whether the caller may manage a thing of a kind, before anything is said of it. Throws `access:denied`. */
export async function mayManage(
  session: Session,
  kind: Kind,
  { home: id, purpose }: AskedOfHome,
  record: string,
): Promise<{ readonly home: HomeNode; readonly decision: Decision }> {
  const home = seenHome(session.ports.graph, session.caller, id);
  const decision = await allowed(session, 'manage', session.purpose(purpose ?? null), refOf(home, kind, record));
  return { home, decision };
}

/** A thing of a home by its id. Throws `twin:<kind>.not_found`. */
export function recordOf<K extends Kind>(home: HomeNode, kind: K, id: string): NodeOf<K> {
  const node = home.records.get(id);
  return found(node?.record.kind === kind ? (node as NodeOf<K>) : undefined, kind, id);
}

/** Makes changes of one home durable, with their lines in the audit. */
export async function keep(session: Session, changes: readonly HomeRecordChange[]): Promise<void> {
  const { graph, commit } = session.ports;
  await commit(changes, recordEntries(graph, changes));
}

/** Who does it, and when. */
export function actOf({ caller, ports: { clock } }: Session): { readonly by: string | null; readonly at: string } {
  return { by: caller.subject.account, at: new Date(clock.now()).toISOString() };
}

function refOf({ home }: HomeNode, kind: Kind, id: string): HomeResource {
  return { type: kind, home: home.id, id };
}
