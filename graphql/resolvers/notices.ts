import type { DecisionRecord } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import type { KeptNotice } from '../../engine/runs/reactionRows.ts';
import type { Notice } from '../../trust/audit/AuditEntry.ts';
import type { ReactionRow } from '../../trust/reactions/ReactionLog.ts';
import type { Context, Resolve } from './Context.ts';
import { type Decided, decidedStream, resolveDecided } from './decidedStream.ts';
import { checkFirst, MOST_IN_PAGE } from './page.ts';
import type { Session } from './Session.ts';
import { visibleHome } from './visibility.ts';

/**
 * What the caller was told, newest first: who was given what of a home of theirs, when and for what; and what rules told
 * them, or the organisation that they act for.
 */
const notices: Resolve<unknown, { first: number }, Promise<unknown[]>> = async (_root, { first }, { session }) => {
  checkFirst(first, MOST_IN_PAGE);
  const { ports, caller } = session;
  const { person } = caller.subject;
  const owed = person === null ? [] : await ports.notices(person, first);
  const given = owed.map(async (notice) => showOwed(notice, await ports.records.find(notice.decision)));
  const told = await Promise.all(namesOf(session).map((name) => ports.reactions.page({ kind: 'notice', name, first })));
  const all = [...(await Promise.all(given)), ...told.flat().flatMap((row) => showTold(session, row) ?? [])];
  // Those of one instant stay in the order in which they came.
  return all.sort((a, b) => Number(a.at < b.at) - Number(a.at > b.at)).slice(0, first);
};

/** What rules tell the caller, as it happens. */
function subscribe(_root: unknown, _args: object, context: Context): AsyncIterable<Decided<object>> {
  return decidedStream(context, {
    listen: (listener: (row: ReactionRow) => void) => context.session.ports.reactions.subscribe(listener),
    tell: (session, row) =>
      row.kind === 'notice' && namesOf(session).includes(row.name) ? showTold(session, row) : null,
  });
}

export const noticeResolvers = {
  Query: { notices },
  Subscription: { noticeGiven: { subscribe, resolve: resolveDecided } },
};

/** As whom the caller is told: as a person, and for an organisation. */
function namesOf({ caller: { subject } }: Session): readonly string[] {
  return [subject.person, subject.organisation?.id].filter((id) => id != null);
}

/**
 * What a rule told. A person was told it once and for all; what an organisation was told is for those of its accounts that
 * may have what it tells of, now.
 */
function showTold(session: Session, { home, at, name, body }: ReactionRow) {
  const { run, rule, to, text, about, decision } = body as KeptNotice;
  if (name !== session.caller.subject.person) {
    const node = visibleHome(session.ports.graph, session.caller, home);
    if (!node) return null;
    const purpose = to === 'responders' ? 'emergency' : session.purpose(null);
    for (const resource of about) {
      const device = resource.type === 'property' ? node.devices.get(resource.device) : null;
      if (device === undefined || !session.serves(resource, device)) return null;
      const read = session.decide('read', purpose, resource);
      if (!allowsWhole(read) || session.settle(read, resource) === null) return null;
    }
  }
  const common = { at: new Date(at).toISOString(), homeId: home, decisionId: decision, toldAs: to };
  return { ...common, resources: about, text, rule, runId: run };
}

function showOwed({ at, home, decision, who }: Notice, record: DecisionRecord | null) {
  const common = { at, homeId: home, decisionId: decision, toldAs: who };
  if (!record) return { ...common, resources: [] };
  const { asking, outcome, resources } = record;
  const { account, organisation, tier, roles } = asking.subject;
  return {
    ...common,
    by: { account, organisation: organisation?.kind ?? null, tier, roles },
    action: asking.action,
    purpose: asking.purpose,
    outcome,
    // A record covers homes that are alike: of the others nothing is said.
    resources: resources.filter((resource) => 'home' in resource && resource.home === home),
  };
}
