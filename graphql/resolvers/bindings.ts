import type { Decision } from '../../engine/Decision.ts';
import { sm3 } from '../../trust/sm3.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { HomeRecordNode } from '../../twin/graph/HomeRecords.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { Binding, HomeRecordChange } from '../../twin/homeRecords.ts';
import { moveRecord } from '../../twin/lifecycles/moveRecord.ts';
import { found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { type AskedOfHome, actOf, keep, mayManage, readRecords, recordOf } from './homeRecords.ts';
import type { Session } from './Session.ts';

type OfBinding = AskedOfHome & { readonly binding: string };

/** How long a code works. */
const CODE_MINUTES = 30;

/** What is offered to a person: the code that binds the device to them is told here once, and kept nowhere. */
const offerBinding: Resolve<
  unknown,
  AskedOfHome & { readonly device: string; readonly person: string },
  Promise<unknown>
> = async (_root, { device, person, ...asked }, { session }) => {
  const id = session.ports.newId();
  const { home, decision } = await mayManage(session, 'binding', asked, id);
  found(home.devices.get(device), 'device', device);
  assertFree(home, device);
  return offer(session, home, { id, device, person }, decision);
};

/** The device is bound to whom it was offered, by the code that only they have; it works once (SH-6.2.2-b). */
const activateBinding: Resolve<
  unknown,
  AskedOfHome & { readonly device: string; readonly code: string },
  Promise<unknown>
> = async (_root, { device, code, ...asked }, { session }) => {
  const { home, decision } = await mayManage(session, 'binding', asked, device);
  const { person } = session.caller.subject;
  const digest = digestOf(code);
  const node = [...home.records.values()].find(({ record, state }) => {
    const isOffered = record.kind === 'binding' && record.device === device && state === 'offered';
    return isOffered && record.code === digest && record.person === person;
  });
  const act = actOf(session);
  const isOver = node?.record.kind === 'binding' && node.record.ends <= act.at;
  if (!node || isOver) {
    throw new CodedError(
      'access:binding.code_refused',
      'the code binds this device to nobody, or not to you (SH-6.2.2-b)',
      {
        hint: 'a code works once, for whom it was made and for half an hour: have the device offered anew',
      },
    );
  }
  await keep(session, [moveRecord(node, { event: 'activate', ...act })]);
  return show(recordOf(home, 'binding', node.record.id), decision);
};

const unbindDevice: Resolve<unknown, OfBinding, Promise<unknown>> = async (
  _root,
  { binding, ...asked },
  { session },
) => {
  const { home, decision } = await mayManage(session, 'binding', asked, binding);
  await keep(session, [moveRecord(recordOf(home, 'binding', binding), { event: 'unbind', ...actOf(session) })]);
  return show(recordOf(home, 'binding', binding), decision);
};

/** Hands a device on: the binding ends, and whoever has it next is offered it with a code of their own. */
const transferBinding: Resolve<unknown, OfBinding & { readonly person: string }, Promise<unknown>> = async (
  _root,
  { binding, person, ...asked },
  { session },
) => {
  const { home, decision } = await mayManage(session, 'binding', asked, binding);
  const node = recordOf(home, 'binding', binding);
  const ended = moveRecord(node, { event: 'transfer', note: person, ...actOf(session) });
  const next = { id: session.ports.newId(), device: node.record.device, person };
  return offer(session, home, next, decision, [ended]);
};

const bindings: Resolve<unknown, AskedOfHome, unknown> = (_root, asked, { session }) => {
  return readRecords(session, 'binding', asked).map(({ node, decision }) => show(node, decision));
};

/** The resolvers of bindings. */
export const bindingResolvers = {
  Query: { bindings },
  Mutation: { offerBinding, activateBinding, unbindDevice, transferBinding },
};

/** A device belongs to one at a time. */
function assertFree(home: HomeNode, device: string): void {
  const taken = [...home.records.values()].some(({ record, state }) => {
    return record.kind === 'binding' && record.device === device && (state === 'bound' || state === 'offered');
  });
  if (!taken) return;
  throw new CodedError('twin:binding.taken', 'the device is bound or offered to somebody already', {
    hint: 'unbind it first, or hand it on',
  });
}

async function offer(
  session: Session,
  { home, people }: HomeNode,
  { id, device, person }: Pick<Binding, 'id' | 'device' | 'person'>,
  decision: Decision,
  before: readonly HomeRecordChange[] = [],
) {
  const { graph, clock, newId } = session.ports;
  found(graph.people.has(person) || people.has(person) ? person : undefined, 'person', person);
  const code = newId();
  const ends = new Date(clock.now() + CODE_MINUTES * 60_000).toISOString();
  const record: Binding = { kind: 'binding', id, home: home.id, device, person, code: digestOf(code), ends };
  await keep(session, [...before, { kind: 'record_opened', home: home.id, record, ...actOf(session) }]);
  return { binding: show(recordOf(graph.home(home.id), 'binding', id), decision), code };
}

function digestOf(code: string): string {
  return sm3(code).toString('hex');
}

function show({ record, state, moves }: HomeRecordNode & { readonly record: Binding }, { id: decisionId }: Decision) {
  const { id, home: homeId, device: deviceId, person, ends } = record;
  return { id, homeId, deviceId, person, ends, state, moves, decisionId };
}
