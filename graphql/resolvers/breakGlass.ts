import type { HomeResource } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Change, EmergencyAccess } from '../../twin/changes.ts';
import type { EmergencyAccessNode, HomeNode } from '../../twin/graph/TwinGraph.ts';
import { moveEmergencyAccess } from '../../twin/lifecycles/moveEmergencyAccess.ts';
import type { Category, EmergencyAccessState, Move } from '../../twin/words.ts';
import { instrumentEntries } from '../instrumentEntries.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { text } from './instrumentInput.ts';
import { actOf, allowedToMove } from './instruments.ts';
import { type PageArgs, pageOf } from './page.ts';
import type { Session } from './Session.ts';
import { seenHome, visibleHome, visibleHomes } from './visibility.ts';

type OpenInput = {
  readonly home: string;
  readonly categories: readonly Category[];
  readonly reason: string;
  readonly minutes: number;
};
type ListArgs = PageArgs & {
  readonly home?: string | null;
  readonly area?: string | null;
  readonly state?: EmergencyAccessState | null;
};
type MoveArgs = { readonly home: string; readonly id: string };

/** The longest that a home is open in minutes: what takes longer is opened again, by two. */
const MOST_MINUTES = 240;

const openBreakGlass: Resolve<unknown, { input: OpenInput }, Promise<unknown>> = async (
  _root,
  { input },
  { session },
) => {
  const { graph, newId, commit, clock } = session.ports;
  const home = seenHome(graph, session.caller, input.home);
  const id = newId();
  const decision = await allowed(session, 'manage', session.purpose(null), refOf(home, id, 'open'));
  if (input.categories.length === 0) {
    throw new CodedError('command:scope.empty', 'name at least one category', {
      hint: 'what is left open is not opened',
    });
  }
  if (!(input.minutes >= 1 && input.minutes <= MOST_MINUTES)) {
    throw new CodedError('command:term.invalid', `a home is opened for 1 to ${MOST_MINUTES} minutes`);
  }
  const access: EmergencyAccess = {
    id,
    home: home.home.id,
    categories: [...new Set(input.categories)].sort(),
    reason: text(input.reason, 'reason'),
    party: partyOf(session),
    ends: new Date(clock.now() + input.minutes * 60_000).toISOString(),
  };
  const change: Change = { kind: 'emergency_access_opened', access, act: actOf(session, 'open') };
  await commit([change], instrumentEntries(graph, [change]));
  return show(graph.emergencyAccess(access.home, id), decision);
};

/** A mutation that moves an emergency access. */
function moves(move: Move): Resolve<unknown, MoveArgs, Promise<unknown>> {
  return async (_root, { home: homeId, id }, { session }) => {
    const { graph, commit } = session.ports;
    const home = seenHome(graph, session.caller, homeId);
    const node = found(home.emergencyAccesses.get(id), 'emergency_access', id);
    const decision = await allowedToMove(session, node, refOf(home, id, move));
    const act = actOf(session, move);
    const change = moveEmergencyAccess(graph, { home: homeId, access: id, act, party: partyOf(session) });
    await commit([change], instrumentEntries(graph, [change]));
    return show(node, decision);
  };
}

const emergencyAccesses: Resolve<unknown, ListArgs, unknown> = (_root, { home, area, state, ...page }, { session }) => {
  const { graph } = session.ports;
  const homes =
    home == null ? visibleHomes(graph, session.caller, area) : [visibleHome(graph, session.caller, home) ?? []].flat();
  const shown = homes.flatMap((each) =>
    [...each.emergencyAccesses.values()]
      .filter((node) => state == null || node.state === state)
      .flatMap((node) => readable(session, each, node)),
  );
  return pageOf(
    shown.sort((a, b) => (a.acts[0]!.at < b.acts[0]!.at ? -1 : 1)),
    page,
  );
};

/** The resolvers of what two people open in a home without an alarm. */
export const breakGlassResolvers = {
  Query: { emergencyAccesses },
  Mutation: {
    openBreakGlass,
    confirmBreakGlass: moves('confirm'),
    closeBreakGlass: moves('close'),
    reviewBreakGlass: moves('review'),
  },
};

function refOf({ home }: HomeNode, id: string, move: Move | null): HomeResource {
  return { type: 'emergency_access', home: home.id, id, move };
}

function readable(session: Session, home: HomeNode, node: EmergencyAccessNode) {
  const ref = refOf(home, node.access.id, null);
  if (!session.serves(ref, null)) return [];
  const decision = session.decide('read', session.purpose(null), ref);
  return allowsWhole(decision) && session.settle(decision, ref) !== null ? [show(node, decision)] : [];
}

function show({ access: { home: homeId, party: _party, ...access }, state, acts }: EmergencyAccessNode, by: Decision) {
  return { ...access, homeId, state, acts: [...acts], decisionId: by.id };
}

/** Whom the caller acts for. */
function partyOf({ caller: { subject } }: Session): string {
  const party = subject.organisation?.id ?? subject.person;
  if (party !== null && party !== undefined) return party;
  throw new CodedError('access:role.missing', 'only who acts for somebody does this');
}
