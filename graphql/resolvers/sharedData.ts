import type { HomeResource } from '../../engine/AccessRequest.ts';
import { allowsWhole, isSound } from '../../engine/fulfil.ts';
import type { KeptShare } from '../../engine/runs/reactionRows.ts';
import type { ReactionRow } from '../../trust/reactions/ReactionLog.ts';
import { deviceType } from '../../twin/devices/index.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import { OUTCOMES } from '../../twin/words.ts';
import type { Context, Resolve } from './Context.ts';
import { type Decided, decidedStream, resolveDecided } from './decidedStream.ts';
import { instantOf } from './instantOf.ts';
import type { PageArgs } from './page.ts';
import type { Session } from './Session.ts';
import { shownRows } from './shownRows.ts';
import { visibleHome } from './visibility.ts';

type SharedArgs = PageArgs & {
  readonly home?: string | null;
  readonly from?: string | null;
  readonly until?: string | null;
};

/** What rules shared with the platform of the caller, newest first; at the endpoint of the tier that it was shared with. */
const sharedData: Resolve<unknown, SharedArgs, Promise<unknown>> = async (_root, args, { session }) => {
  const organisation = session.caller.subject.organisation?.id;
  const asked = {
    kind: 'share',
    name: organisation,
    home: args.home ?? undefined,
    from: args.from == null ? undefined : instantOf(args.from),
    until: args.until == null ? undefined : instantOf(args.until),
  } as const;
  return shownRows(
    args,
    async (after, first) => (organisation ? session.ports.reactions.page({ ...asked, after, first }) : []),
    (row) => showShared(session, row),
  );
};

/** The same as it happens. */
function subscribe(
  _root: unknown,
  { home }: { readonly home?: string | null },
  context: Context,
): AsyncIterable<Decided<object>> {
  const organisation = context.session.caller.subject.organisation?.id;
  return decidedStream(context, {
    listen: (listener: (row: ReactionRow) => void) => context.session.ports.reactions.subscribe(listener),
    tell: (session, row) => {
      const isOwn = row.kind === 'share' && row.name === organisation && (home == null || home === row.home);
      return isOwn ? showShared(session, row) : null;
    },
  });
}

export const sharedDataResolvers = {
  Query: { sharedData },
  Subscription: { dataShared: { subscribe, resolve: resolveDecided } },
};

/**
 * What was shared, as it was fulfilled then. Whoever reads it is asked about again: what the policies allow no longer, or
 * only coarser, is not shown; nor is what is of a tenancy that is over.
 */
function showShared(session: Session, { id, home, tenancy, at, body }: ReactionRow) {
  const kept = body as KeptShare;
  const node = visibleHome(session.ports.graph, session.caller, home);
  if (!node || tenancyOf(node) !== tenancy || session.caller.tier !== kept.tier) return null;
  const { what, purpose, rule, run } = kept;
  const device = what.type === 'property' ? node.devices.get(what.device) : null;
  if (device === undefined || !session.serves(what, device)) return null;
  const shown = mayStill(session, kept) ? kept : { outcome: 'denied', obligations: [], shown: null, at: null };
  return {
    id,
    homeId: home,
    sharedAt: new Date(at).toISOString(),
    tier: kept.tier,
    purpose,
    rule,
    runId: run,
    ...subjectOf(what),
    value: what.type === 'property' ? shown.shown : null,
    alarm: what.type === 'alarm' ? shown.shown : null,
    unit: device && what.type === 'property' ? unitOf(device.device.model, what.property) : null,
    at: shown.at === null ? null : new Date(shown.at).toISOString(),
    outcome: shown.outcome,
    obligations: shown.obligations,
    decisionId: kept.decision,
  };
}

function mayStill(session: Session, { what, purpose, outcome }: KeptShare): boolean {
  const now = session.decide('read', purpose, what);
  const isWhole = what.type === 'property' ? isSound(now) : allowsWhole(now);
  const isLess = OUTCOMES.indexOf(now.outcome) < OUTCOMES.indexOf(outcome);
  return isWhole && !isLess && session.settle(now, what) !== null;
}

function subjectOf(what: HomeResource) {
  return what.type === 'property'
    ? { deviceId: what.device, property: what.property }
    : { deviceId: null, property: null };
}

function unitOf(model: string, property: string): string | null {
  return deviceType(model)?.byProperty.get(property)?.type.unit ?? null;
}
