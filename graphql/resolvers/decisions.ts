import { explanationOf, type HomeRecordType, type HomeResource, type ResourceRef } from '../../engine/AccessRequest.ts';
import { canonicalJson } from '../../engine/canonicalJson.ts';
import type { AskedDecision, DatedDecision, DecisionRecord } from '../../engine/Decision.ts';
import { decideInput } from '../../engine/decideInput.ts';
import { type Explanation, explain } from '../../engine/explain.ts';
import type { ReaderKind } from '../../engine/explanation/ReaderKind.ts';
import { type ToldDated, type ToldReason, toldDated, toldTo } from '../../engine/explanation/toldTo.ts';
import { type ExplanationReader, viewBy } from '../../engine/explanation/viewOf.ts';
import { isSound } from '../../engine/fulfil.ts';
import type { EvaluationError } from '../../engine/rego/Verdict.ts';
import { isStaged } from '../../engine/rollout/isStaged.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import { type Action, INSTRUMENT_KINDS, type InstrumentKind, type Move, type Purpose } from '../../twin/words.ts';
import type { ServerPorts } from '../ServerPorts.ts';
import type { Resolve } from './Context.ts';
import { instantOf } from './instantOf.ts';
import { refOf as refOfInstrument } from './instruments.ts';
import { withMissingFacts } from './missingFacts.ts';
import { knowsLease } from './records.ts';
import type { Session } from './Session.ts';
import { propertyOf } from './views.ts';
import { visibleHome } from './visibility.ts';
import { waiversBehind } from './waivers.ts';

type AccessRequestInput = {
  readonly type: Exclude<HomeRecordType, 'explanation'> | InstrumentKind | 'property' | 'emergency_access';
  readonly home?: string | null;
  readonly device?: string | null;
  readonly property?: string | null;
  readonly id?: string | null;
  readonly move?: Move | null;
  readonly action: Action;
  readonly purpose?: Purpose | null;
};
type HomeRequest = AccessRequestInput & { readonly type: HomeRecordType | 'property' | 'emergency_access' };

/** The answer about what the caller cannot see, whether it exists or not: nothing was decided, nothing is kept. */
const NOTHING = { id: null, outcome: 'denied', obligations: [], reasons: [], errors: [], bundle: null, at: null };

/** What stands with a decision whose obligations cannot be carried out, which denies. */
const NOT_DONE: EvaluationError = {
  code: 'policy:obligation.undone',
  message: 'what the policies ask to be done with the answer cannot be done',
};

/** Decides requests for the caller as subject. */
export const decide: Resolve<unknown, { requests: readonly AccessRequestInput[] }, unknown[]> = (
  _root,
  { requests },
  { session },
) => requests.map((request) => decideOne(session, request));

/** The explanation of a decision, as far as it is the caller's to read. Reading it is decided, and noted in the audit. */
export const explainDecision: Resolve<unknown, { decisionId: string }, Promise<unknown>> = async (
  _root,
  { decisionId },
  { session },
) => {
  const { records, graph, bundles, clock } = session.ports;
  const record = await records.find(decisionId);
  const explanation =
    record && (await explain(record, readerOf(session, record.asking.purpose), { graph, bundles, clock }));
  if (!explanation) return null;
  session.note({ kind: 'explanation', subject: session.caller.subject.account, decision: decisionId });
  const { decision, resources } = explanation;
  const place = { resource: resources[0] ?? null, at: record.at };
  const told = { ...decision, reasons: withMissingFacts(session, decision.reasons, place) };
  return { ...explanation, decision: told, request: requestOf(explanation) };
};

/** The caller as a reader: what is explained is asked for the purpose of the caller, what of the home for that of then. */
function readerOf(session: Session, purpose: Purpose): ExplanationReader {
  return {
    subject: session.caller.subject,
    auditor: session.caller.kind === 'administrator',
    decide: (resource) =>
      session.decide('read', resource.type === 'explanation' ? session.purpose(null) : purpose, resource),
    settle: (decision, resource) => session.serves(resource, null) && session.settle(decision, resource) !== null,
  };
}

export const decisionResolvers = {
  Reason: {
    clauses: ((reason, _args, { session }) => clausesOf(session.ports, reason.clauses)) satisfies Resolve<
      ToldReason,
      object,
      unknown
    >,
  },
  Explanation: {
    at: (({ reader, record }, { date }, { session }) =>
      toldDated(reader, decideAt(session.ports, record, date))) satisfies Resolve<
      Explanation,
      { date: string },
      ToldDated
    >,
    waivers: ((explanation, _args, { session }) => waiversBehind(session.ports.graph, explanation)) satisfies Resolve<
      Explanation,
      object,
      unknown
    >,
  },
  NextBetter: {
    changes: ({ changes }: NonNullable<Explanation['nextBetter']>) => changes,
  },
};

/** Clauses with their text, in the order of their ids given; those that the register does not know are left out. */
export function clausesOf({ clause }: ServerPorts, ids: readonly string[]): unknown[] {
  return ids.flatMap((id) => {
    const found = clause(id);
    if (!found) return [];
    const { source, level, title_zh: zh, requirement: en, evidence } = found;
    return [{ id, source, level, zh, en, evidence }];
  });
}

function decideAt({ bundles }: ServerPorts, { input }: DecisionRecord, date: string): DatedDecision {
  const instant = instantOf(date);
  const bundle = (isStaged(input) ? bundles.staged()?.bundle : null) ?? bundles.active();
  return { from: new Date(instant).toISOString(), ...decideInput(input, bundle.at(instant)) };
}

function decideOne(session: Session, request: AccessRequestInput): unknown {
  return isOfHome(request) ? decideOfHome(session, request) : decideInstrument(session, request);
}

function isOfHome(request: AccessRequestInput): request is HomeRequest {
  return !INSTRUMENT_KINDS.some((kind) => kind === request.type);
}

function decideOfHome(session: Session, request: HomeRequest): unknown {
  const home = visibleHome(session.ports.graph, session.caller, request.home ?? '');
  const purpose = session.purpose(request.purpose);
  const ref = home && refOf(session, home, request, purpose);
  if (!ref) return NOTHING;
  const decision = session.decide(request.action, purpose, ref);
  // Refused is refused, whether the record is there or not.
  if (decision.outcome !== 'denied' && !exists(session, home, ref)) return NOTHING;
  return settled(session, decision, ref);
}

function settled(session: Session, decision: AskedDecision, ref: ResourceRef): unknown {
  const obligations = isSound(decision) ? session.settle(decision, ref) : null;
  const answer = obligations
    ? { ...decision, obligations }
    : { ...decision, outcome: 'denied' as const, obligations: [], errors: [NOT_DONE] };
  // Reasons are an explanation; whoever asks for none has none decided.
  const told = once(() => toldTo(readsReasons(session, decision, ref), answer));
  return {
    ...answer,
    reasons: () => withMissingFacts(session, told().reasons, { resource: ref, at: decision.at }),
    errors: () => told().errors,
    announced: () => told().announced,
  };
}

/** As whom the caller reads the reasons of a decision just asked for. */
function readsReasons(session: Session, { id }: AskedDecision, resource: ResourceRef): ReaderKind {
  const decision = session.decide('read', session.purpose(null), explanationOf(resource, id));
  return viewBy(decision, session.caller.kind === 'administrator') ?? 'outside';
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function decideInstrument(session: Session, { type, id, move, action, purpose }: AccessRequestInput): unknown {
  const node = session.ports.graph.instruments.get(id ?? '');
  const ref = node?.instrument.kind === type ? refOfInstrument(node, move ?? null) : null;
  if (!ref || !session.serves(ref, null)) return NOTHING;
  return settled(session, session.decide(action, session.purpose(purpose), ref), ref);
}

/** What a request is about; null for no device or property of the home, and for a grade that the tier is not served. */
function refOf(session: Session, home: HomeNode, request: HomeRequest, purpose: Purpose): HomeResource | null {
  const { type, id } = request;
  if (type === 'property') {
    const device = home.devices.get(request.device ?? '');
    const view = device && propertyOf(session, { home, device, purpose }, request.property ?? '');
    return view ? { type, home: home.home.id, device: view.device.device.id, property: view.property.name } : null;
  }
  if (type === 'device' && !home.devices.has(id ?? '')) return null;
  const ref: HomeResource =
    type === 'emergency_access'
      ? { type, home: home.home.id, id: id ?? '', move: request.move ?? null }
      : { type, home: home.home.id, id: type === 'home' ? home.home.id : (id ?? '') };
  return session.serves(ref, null) ? ref : null;
}

function exists(session: Session, home: HomeNode, ref: ResourceRef): boolean {
  switch (ref.type) {
    case 'alarm':
      return home.alarms.has(ref.id);
    case 'lease': {
      const lease = home.leases.get(ref.id);
      return lease !== undefined && knowsLease(session, home, lease);
    }
    case 'emergency_access':
      return home.emergencyAccesses.has(ref.id) || ref.move === 'open';
    case 'consent':
      return home.bases.has(ref.id);
    case 'waiver':
      return home.waivers.has(ref.id);
    default:
      return true;
  }
}

function requestOf({ record: { asking, resourceCount }, resources, reader }: Explanation): unknown {
  if (reader === 'outside') return {};
  const { subject, action, purpose, channel } = asking;
  const { account, tier, organisation, roles, assurance, multiFactor } = subject;
  const who = { account, tier, organisation, roles, assurance, multiFactor };
  // The count of a class tells how many homes are like this one: only the auditor learns that.
  const count = reader === 'auditor' ? { resourceCount } : {};
  return JSON.parse(canonicalJson({ subject: who, action, purpose, channel, resources, ...count }));
}
