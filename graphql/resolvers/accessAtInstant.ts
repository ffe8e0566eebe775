import { explanationOf } from '../../engine/AccessRequest.ts';
import { type Access, accessAt } from '../../engine/accessAt.ts';
import { livesAt, viewBy } from '../../engine/explanation/viewOf.ts';
import { gradesOfTier } from '../http/gradesOfTier.ts';
import type { ServerPorts } from '../ServerPorts.ts';
import type { Resolve } from './Context.ts';
import { instantOf } from './instantOf.ts';

type Args = { readonly home: string; readonly device: string; readonly property: string; readonly at: string };

/** Who could have seen a reading, with what decided then. */
export type ToldAccess = Access & {
  readonly bundle: {
    readonly id: string;
    readonly name: string;
    readonly revision: string;
    readonly since: string;
  } | null;
};

/** Who could have seen a reading, as far as it is the caller's to know: that is decided as for an explanation. */
export const accessAtInstant: Resolve<unknown, Args, Promise<ToldAccess | null>> = async (
  _root,
  { at, ...of },
  { session },
) => {
  const instant = instantOf(at);
  const { graph, past } = session.ports;
  const { kind, subject } = session.caller;
  const resource = { type: 'property', ...of } as const;
  const auditor = kind === 'administrator';
  if (!graph.homes.has(of.home) || (!auditor && !livesAt(graph, resource, subject))) return null;
  const about = explanationOf(resource, `${of.device}/${of.property}`);
  const decision = session.decide('read', session.purpose(null), about);
  const view = session.serves(about, null) ? viewBy(decision, auditor) : null;
  if ((view !== 'people' && view !== 'auditor') || session.settle(decision, about) === null) return null;
  session.note({ kind: 'explanation', subject: subject.account, decision: decision.id });
  const then = await past(of.home, instant);
  // Who lived there before is none of theirs.
  if (!auditor && !livesAt(then.graph, resource, subject)) return null;
  return told({ ...of, at: instant }, then);
};

/** Asks who could have seen a reading, of what is known of its home and of then. */
export function told(
  question: Parameters<typeof accessAt>[0],
  { graph, active }: Awaited<ReturnType<ServerPorts['past']>>,
): ToldAccess {
  const access = accessAt(question, { graph, bundle: active?.bundle ?? null, grades: gradesOfTier });
  const { bundle: id = '', name = '', revision = '', at: since = '' } = active?.record ?? {};
  return { ...access, bundle: active && { id, name, revision, since } };
}
