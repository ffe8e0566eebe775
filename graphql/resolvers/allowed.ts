import type { ResourceRef } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Action, Purpose } from '../../twin/words.ts';
import { AccessDenied } from '../errors.ts';
import type { Session } from './Session.ts';

/** Decides an action and writes the decision down; throws `access:denied` unless it is allowed in full. */
export async function allowed(session: Session, action: Action, purpose: Purpose, ref: ResourceRef): Promise<Decision> {
  const decision = session.decide(action, purpose, ref);
  const refused = !allowsWhole(decision) || session.settle(decision, ref) === null;
  await session.record();
  if (refused) throw new AccessDenied(`to ${action} this ${ref.type.replaceAll('_', ' ')} is denied`, decision.id);
  return decision;
}

/** The thing, or the refusal of what is not there: throws `twin:<kind>.not_found`. */
export function found<Thing>(thing: Thing | undefined, kind: string, id: string): Thing {
  if (thing === undefined) throw new CodedError(`twin:${kind}.not_found`, `no ${kind.replaceAll('_', ' ')} \`${id}\``);
  return thing;
}
