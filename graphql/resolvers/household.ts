import type { HomeResource } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { acceptParameters } from '../../engine/household/acceptParameters.ts';
import type { Pack } from '../../engine/household/Pack.ts';
import { packFit } from '../../engine/household/packFit.ts';
import type { AuditEntry, HouseholdEvent } from '../../trust/audit/AuditEntry.ts';
import { NO_HOUSEHOLD } from '../../twin/graph/Household.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { HomeMode } from '../../twin/words.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import type { Session } from './Session.ts';
import type { HomeView } from './views.ts';
import { seenHome } from './visibility.ts';

type Mutation<Args> = Resolve<unknown, Args, Promise<unknown>>;
type AuditedType = Extract<AuditEntry, { kind: 'household' }>['type'];
/** What of it is decided by itself; where a home stands belongs to its record. */
type HouseholdType = Exclude<AuditedType, 'home_place'>;
type SwitchArgs = { readonly home: string; readonly pack: string; readonly on: boolean; readonly parameters?: unknown };

/** How the household lives now; null when the caller may not know. */
const mode: Resolve<HomeView, object, unknown> = ({ home, purpose }, _args, { session }) => {
  const ref = householdRef(home, 'home_mode', home.home.id);
  const decision = session.decide('read', purpose, ref);
  return allowsWhole(decision) && session.settle(decision, ref) !== null ? showMode(home, decision) : null;
};

const packs: Resolve<unknown, { home: string }, unknown> = (_root, { home: id }, { session }) => {
  const home = seenHome(session.ports.graph, session.caller, id);
  return [...session.ports.ruleSet().packs.values()].flatMap((pack) => {
    const ref = householdRef(home, 'pack', pack.id);
    const decision = session.decide('read', session.purpose(null), ref);
    return allowsWhole(decision) && session.settle(decision, ref) !== null ? [showPack(pack, home, decision)] : [];
  });
};

const setHomeMode: Mutation<{ home: string; mode: HomeMode }> = async (
  _root,
  { home: id, mode: next },
  { session },
) => {
  const { graph, commit } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowed(session, 'command', session.purpose(null), householdRef(home, 'home_mode', id));
  // Saying again how it is wakes no rule.
  if ((home.household ?? NO_HOUSEHOLD).mode !== next) {
    await commit(
      [{ kind: 'mode_changed', home: id, mode: next, ...doneBy(session) }],
      [householdEntry(session, home, 'home_mode', id, 'set')],
    );
  }
  return showMode(graph.home(id), decision);
};

const switchPack: Mutation<SwitchArgs> = async (_root, { home: id, pack: packId, on, parameters }, { session }) => {
  const { graph, commit } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowed(session, 'manage', session.purpose(null), householdRef(home, 'pack', packId));
  const pack = found(session.ports.ruleSet().packs.get(packId), 'pack', packId);
  const kept = home.household?.packs.get(packId)?.parameters ?? {};
  const own = parameters == null ? kept : acceptParameters(pack, parameters);
  await commit(
    [{ kind: 'pack_switched', home: id, pack: packId, on, parameters: own, ...doneBy(session) }],
    [householdEntry(session, home, 'pack', packId, on ? 'switched_on' : 'switched_off')],
  );
  return showPack(pack, graph.home(id), decision);
};

/** The resolvers of what a household sets about its home. */
export const householdResolvers = {
  Query: { packs },
  Mutation: { setHomeMode, switchPack },
  Home: { mode },
};

/** What a request about a thing of a household is about. */
export function householdRef({ home }: HomeNode, type: HouseholdType, id: string): HomeResource {
  return { type, home: home.id, id };
}

/** Who does it and when, as changes say it. */
export function doneBy({ caller, ports }: Session) {
  return { by: caller.subject.account, at: new Date(ports.clock.now()).toISOString() };
}

/** What the audit holds of it. */
export function householdEntry(
  session: Session,
  { home }: HomeNode,
  type: AuditedType,
  id: string,
  event: HouseholdEvent,
): AuditEntry {
  return { kind: 'household', subject: session.caller.subject.account, home: home.id, type, id, event };
}

function showMode({ household }: HomeNode, by: Decision) {
  const { mode: now, modeSet } = household ?? NO_HOUSEHOLD;
  return { mode: now, since: modeSet?.at ?? null, by: modeSet?.by ?? null, decisionId: by.id };
}

function showPack(pack: Pack, home: HomeNode, by: Decision) {
  const { needs, fits } = packFit(pack, home);
  const own = home.household?.packs.get(pack.id);
  return {
    ...pack,
    on: own?.on ?? false,
    fits,
    needs: needs.map(({ need, devices }) => ({ kind: null, optional: false, ...need, devices })),
    parameters: Object.entries(pack.parameters).map(([id, parameter]) => ({
      id,
      ...parameter,
      value: own?.parameters[id] ?? parameter.default,
    })),
    rules: pack.rules.map(({ rule }) => ({ id: rule.id, title: rule.title })),
    decisionId: by.id,
  };
}
