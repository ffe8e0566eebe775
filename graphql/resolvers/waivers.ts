import type { ResourceRef } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import type { Explanation } from '../../engine/explain.ts';
import { homeOf } from '../../engine/facts/gatherFacts.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import type { RuleSource } from '../../engine/rego/RuleSource.ts';
import { ruleName } from '../../engine/rego/waivableRules.ts';
import { dueOfWaiver } from '../../engine/timers.ts';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Change, Waiver } from '../../twin/changes.ts';
import type { TwinGraph, WaiverNode } from '../../twin/graph/TwinGraph.ts';
import { step } from '../../twin/lifecycles/step.ts';
import { waiverLifecycle } from '../../twin/lifecycles/waiver.ts';
import type { WaiverState } from '../../twin/words.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import type { Session } from './Session.ts';
import { seenHome } from './visibility.ts';

type WaiverInput = {
  readonly home?: string | null;
  readonly area?: string | null;
  readonly rules: readonly string[];
  readonly clauses: readonly string[];
  readonly owner: string;
  readonly reason: string;
  readonly starts?: string | null;
  readonly ends: string;
};
type ListArgs = { readonly home?: string | null; readonly area?: string | null; readonly state?: WaiverState | null };

/** The longest text that a waiver holds. */
const MOST_TEXT = 500;

/** The waivers that the caller may read, of one home or of an area: those given for it, in it and around it. */
const waivers: Resolve<unknown, ListArgs, unknown> = (_root, { home, area, state }, { session }) => {
  const { graph } = session.ports;
  const of = home == null ? allWaivers(graph, area ?? null) : graph.waiversOver(seenHome(graph, session.caller, home));
  return [...of]
    .filter((node) => state == null || node.state === state)
    .flatMap((node) => readable(session, node))
    .sort((a, b) => (a.ends < b.ends ? -1 : 1));
};

/** The decision comes first, so that a refusal says nothing of what was asked for. */
const giveWaiver: Resolve<unknown, { waiver: WaiverInput }, Promise<unknown>> = async (_root, args, { session }) => {
  const { graph, newId, clock, commit } = session.ports;
  const place = placeOf(session, args.waiver);
  const id = newId();
  const decision = await allowed(session, 'manage', session.purpose(null), refOf({ id, ...place }));
  const waiver = toWaiver(session, { id, ...place }, args.waiver);
  const node: WaiverNode = { waiver, state: 'given', inForceAt: null, endedAt: null };
  const changes: Change[] = [{ kind: 'waiver_given', waiver }, ...dueOfWaiver(node, clock.now())];
  await commit(changes, [entryOf(session, waiver, 'given')]);
  return show(graph, waiverOf(graph, waiver), decision);
};

const endWaiver: Resolve<unknown, { id: string }, Promise<unknown>> = async (_root, { id }, { session }) => {
  const { graph, clock, commit } = session.ports;
  const node = found(
    [...allWaivers(graph, null)].find(({ waiver }) => waiver.id === id),
    'waiver',
    id,
  );
  const { waiver } = node;
  const decision = await allowed(session, 'manage', session.purpose(null), refOf(waiver));
  const next = step(waiverLifecycle, node.state, 'end');
  if (next.kind === 'refused') throw new CodedError('command:waiver.ended', `the waiver \`${id}\` has ended already`);
  const { home, area } = waiver;
  const at = new Date(clock.now()).toISOString();
  await commit(
    [{ kind: 'waiver_transitioned', home, area, waiver: id, to: next.to, at }],
    [entryOf(session, waiver, next.to)],
  );
  return show(graph, waiverOf(graph, waiver), decision);
};

/** The resolvers of waivers. */
export const waiverResolvers = { Query: { waivers }, Mutation: { giveWaiver, endWaiver } };

/** The waivers that kept rules of a decision from acting in the resources that its explanation names. */
export function waiversBehind(graph: TwinGraph, { decision, resources, reader }: Explanation): readonly unknown[] {
  const waived = new Set(
    decision.reasons.flatMap(({ code, policy, rule }) =>
      code === 'waived' && policy !== undefined && rule !== undefined ? ruleName({ policy, rule }) : [],
    ),
  );
  const acted = ({ waiver, inForceAt, endedAt }: WaiverNode): boolean =>
    inForceAt !== null &&
    inForceAt <= decision.at &&
    (endedAt === null || endedAt > decision.at) &&
    waiver.rules.some((rule) => waived.has(rule));
  const nodes = new Set(resources.flatMap((resource) => [...graph.waiversOver(homeOf(graph, resource))].filter(acted)));
  return [...nodes].map((node) => {
    const shown = show(graph, node, null);
    // Why a home has a waiver may tell of the people in it.
    return reader === 'requester' && node.waiver.home !== null ? { ...shown, reason: null } : shown;
  });
}

/** All waivers there are; those of an area and of what lies in it, when one is given. */
function* allWaivers(graph: TwinGraph, within: string | null): Generator<WaiverNode> {
  const lies = (area: string): boolean => within === null || graph.liesWithin(area, within);
  for (const [area, ofArea] of graph.areaWaivers) if (lies(area)) yield* ofArea.values();
  for (const { home, waivers: own } of graph.homes.values()) if (own.size > 0 && lies(home.area)) yield* own.values();
}

function readable(session: Session, node: WaiverNode) {
  // Who holds the token of the machine audits; policies give it no reading of homes.
  if (session.caller.kind === 'administrator') return [show(session.ports.graph, node, null)];
  const ref = refOf(node.waiver);
  if (!session.serves(ref, null)) return [];
  const decision = session.decide('read', session.purpose(null), ref);
  const shown = allowsWhole(decision) && session.settle(decision, ref) !== null;
  return shown ? [show(session.ports.graph, node, decision)] : [];
}

function show(graph: TwinGraph, { waiver, state, inForceAt, endedAt }: WaiverNode, by: Decision | null) {
  const area = waiver.area === null ? null : graph.areas.get(waiver.area);
  return { ...waiver, area, homeId: waiver.home, state, inForceAt, endedAt, decisionId: by?.id ?? null };
}

function waiverOf(graph: TwinGraph, { id, home, area }: Waiver): WaiverNode {
  const of = home === null ? graph.areaWaivers.get(area!) : graph.home(home).waivers;
  return found(of?.get(id), 'waiver', id);
}

function refOf({ id, home, area }: Pick<Waiver, 'id' | 'home' | 'area'>): ResourceRef {
  return home === null ? { type: 'waiver', area: area!, id } : { type: 'waiver', home, id };
}

function placeOf({ caller, ports: { graph } }: Session, { home, area }: WaiverInput): Pick<Waiver, 'home' | 'area'> {
  if ((home == null) === (area == null)) {
    throw new CodedError('command:waiver.nowhere', 'a waiver is for one `home` or for one `area`');
  }
  if (home != null) return { home: seenHome(graph, caller, home).home.id, area: null };
  return { home: null, area: found(graph.areas.get(area!), 'area', area!).id };
}

function toWaiver(session: Session, place: Pick<Waiver, 'id' | 'home' | 'area'>, input: WaiverInput): Waiver {
  const { caller, ports } = session;
  const now = ports.clock.now();
  const starts = input.starts == null ? now : Date.parse(input.starts);
  const ends = Date.parse(input.ends);
  if (!(ends > now && ends > starts)) {
    throw new CodedError('command:waiver.term_invalid', '`ends` must be an instant in the future and after `starts`', {
      hint: 'instants are ISO 8601, such as 2027-01-01T00:00:00+08:00',
    });
  }
  for (const text of [input.owner, input.reason]) {
    if (text.trim() === '' || text.length > MOST_TEXT) {
      throw new CodedError(
        'command:waiver.unexplained',
        `a waiver has an owner and a reason of 1 to ${MOST_TEXT} characters`,
      );
    }
  }
  const { account } = caller.subject;
  if (account === null) throw new CodedError('access:role.missing', 'only a named account gives a waiver');
  return {
    ...place,
    rules: waivable(ports.bundles.active().rules, input),
    owner: input.owner.trim(),
    reason: input.reason.trim(),
    givenBy: account,
    starts: new Date(starts).toISOString(),
    ends: new Date(ends).toISOString(),
  };
}

/** The rules that are named and those that rest on the clauses named, each of which may be waived; sorted. */
function waivable(rules: readonly RuleSource[], input: WaiverInput): readonly string[] {
  const may = new Map(rules.filter((rule) => rule.waivable).map((rule) => [ruleName(rule), rule]));
  const unknown = input.rules.filter((name) => !may.has(name));
  const resting = (clause: string) =>
    [...may].filter(([, rule]) => rule.clauses.includes(clause)).map(([name]) => name);
  const none = input.clauses.filter((clause) => resting(clause).length === 0);
  const names = new Set([...input.rules, ...input.clauses.flatMap(resting)]);
  if (unknown.length === 0 && none.length === 0 && names.size > 0) return [...names].sort();
  const what = [...unknown, ...none].map((one) => `\`${one}\``).join(', ');
  throw new CodedError(
    'command:waiver.not_waivable',
    what === '' ? 'a waiver names at least one rule or clause' : `${what} cannot be waived`,
    { hint: `the rules that may be are ${[...may.keys()].map((name) => `\`${name}\``).join(', ') || 'none'}` },
  );
}

function entryOf({ caller }: Session, { id, home, area }: Waiver, to: WaiverState): AuditEntry {
  return { kind: 'waiver', subject: caller.subject.account, home, area, waiver: id, to };
}
