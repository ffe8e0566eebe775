import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { readHomeRule } from '../../engine/household/readHomeRule.ts';
import { loadedOf } from '../../engine/household/rulesOfHome.ts';
import type { RuleProblem } from '../../engine/rules/checks/RuleCheck.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { HomeRuleNode, HomeRuleVersion } from '../../twin/graph/Household.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { HomeRuleAct, RuleBody } from '../../twin/householdChanges.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { doneBy, householdEntry, householdRef } from './household.ts';
import type { Session } from './Session.ts';
import type { HomeView } from './views.ts';
import { seenHome } from './visibility.ts';

type Mutation<Args> = Resolve<unknown, Args, Promise<unknown>>;
type RuleArgs = { readonly home: string; readonly id: string };
type SetArgs = { readonly home: string; readonly rule: unknown; readonly dryRun: boolean; readonly days: number };

/** The home's own rules that the caller may read, by their ids. */
const rules: Resolve<HomeView, object, unknown> = ({ home, purpose }, _args, { session }) =>
  [...(home.household?.rules ?? [])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, versions]) => {
      if (versions.at(-1)!.body === null) return [];
      const ref = householdRef(home, 'home_rule', id);
      const decision = session.decide('read', purpose, ref);
      return allowsWhole(decision) && session.settle(decision, ref) !== null ? [showRule(id, versions, decision)] : [];
    });

const setRule: Mutation<SetArgs> = async (_root, { home: id, rule: written, dryRun, days }, { session }) => {
  const home = seenHome(session.ports.graph, session.caller, id);
  const decision = await manage(session, home, idOf(written));
  const { body, problems } = readHomeRule(written, home, checkedWith(session));
  if (body === null) return answer(home, idOf(written), { problems, decision });
  if (dryRun) {
    const rehearsal = await rehearse(session, home, body, days);
    return { ...answer(home, idOf(written), { problems, decision }), rehearsal };
  }
  const rule = String(body['id']);
  return change(session, home, { rule, decision, act: 'set', next: { body, on: true, restores: null }, problems });
};

/** What the rule would have done to the readings that those who live there may read now. */
function rehearse({ ports }: Session, { home }: HomeNode, body: RuleBody, days: number) {
  if (!(days >= 1 && days <= MOST_DAYS)) {
    throw new CodedError('command:days.out_of_range', `a rule is tried on 1 to ${MOST_DAYS} days`);
  }
  return ports.rehearse(home.id, loadedOf(home.id, body, ports.ruleSet().grammar.shared), days);
}

const removeRule: Mutation<RuleArgs> = async (_root, { home: id, id: rule }, { session }) => {
  const home = seenHome(session.ports.graph, session.caller, id);
  const decision = await manage(session, home, rule);
  holding(home, rule);
  return change(session, home, { rule, decision, act: 'removed', next: { body: null, on: false, restores: null } });
};

/** A mutation that lets a rule act, or keeps it from acting. */
function switchRule(on: boolean): Mutation<RuleArgs> {
  return async (_root, { home: id, id: rule }, { session }) => {
    const home = seenHome(session.ports.graph, session.caller, id);
    const decision = await manage(session, home, rule);
    const { body, on: was } = holding(home, rule);
    if (was === on) return answer(home, rule, { problems: [], decision });
    const read = on ? readHomeRule(body, home, checkedWith(session)) : { body, problems: [] };
    if (read.body === null) return answer(home, rule, { problems: read.problems, decision });
    const act = on ? 'enabled' : 'disabled';
    return change(session, home, { rule, decision, act, next: { body, on, restores: null }, problems: read.problems });
  };
}

/** Goes back to what the rule was before its last change; again, to what it was before that. */
const undoRule: Mutation<RuleArgs> = async (_root, { home: id, id: rule }, { session }) => {
  const home = seenHome(session.ports.graph, session.caller, id);
  const decision = await manage(session, home, rule);
  const versions = found(home.household?.rules.get(rule), 'home_rule', rule);
  const last = versions.at(-1)!;
  const target = (last.restores ?? last.number) - 1;
  // Before its first version there was no rule.
  const before = target === 0 ? ABSENT : versions.find(({ number }) => number === target);
  if (target < 0 || !before) {
    throw new CodedError('command:rule.nothing_to_undo', `of the rule \`${rule}\` nothing earlier is known`);
  }
  const { body, on } = before;
  const read = body !== null && on ? readHomeRule(body, home, checkedWith(session)) : { body, problems: [] };
  if (body !== null && read.body === null) return answer(home, rule, { problems: read.problems, decision });
  const next = { body, on, restores: target };
  return change(session, home, { rule, decision, act: 'undone', next, problems: read.problems });
};

/** The resolvers of a household's own rules. */
export const homeRuleResolvers = {
  Mutation: { setRule, removeRule, enableRule: switchRule(true), disableRule: switchRule(false), undoRule },
  Home: { rules },
};

const MOST_DAYS = 30;
const ABSENT = { body: null, on: false } as const;

/** What a rule is checked with: the rules in force, and the policies that decide now. */
function checkedWith({ ports: { ruleSet, bundles, clock } }: Session) {
  return { ...ruleSet(), policies: bundles.active().at(clock.now()).evaluator };
}

function manage(session: Session, home: HomeNode, rule: string): Promise<Decision> {
  return allowed(session, 'manage', session.purpose(null), householdRef(home, 'home_rule', rule));
}

/** What is written may be anything. */
function idOf(written: unknown): string {
  const { id } = (written ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id.slice(0, 100) : '';
}

type Changing = {
  readonly rule: string;
  readonly decision: Decision;
  readonly act: HomeRuleAct;
  readonly next: Pick<HomeRuleVersion, 'body' | 'on' | 'restores'>;
  readonly problems?: readonly RuleProblem[];
};

async function change(session: Session, home: HomeNode, { rule, decision, act, next, problems = [] }: Changing) {
  const { graph, commit } = session.ports;
  await commit(
    [{ kind: 'home_rule_changed', home: home.home.id, rule, act, ...next, ...doneBy(session) }],
    [householdEntry(session, home, 'home_rule', rule, act)],
  );
  return answer(graph.home(home.home.id), rule, { problems, decision });
}

type Outcome = { readonly problems: readonly RuleProblem[]; readonly decision: Decision };

/** The rule as it is now, whatever was asked; null when there is none. */
function answer({ household }: HomeNode, rule: string, { problems, decision }: Outcome) {
  const versions = household?.rules.get(rule);
  const shown = versions && versions.at(-1)!.body !== null ? showRule(rule, versions, decision) : null;
  return { rule: shown, problems: problems.map(showProblem), rehearsal: null, decisionId: decision.id };
}

function holding({ household }: HomeNode, rule: string): HomeRuleVersion & { readonly body: RuleBody } {
  const last = household?.rules.get(rule)?.at(-1);
  const { body } = found(last?.body ? last : undefined, 'home_rule', rule);
  return { ...last!, body: body! };
}

function showRule(id: string, versions: HomeRuleNode, decision: Decision) {
  const { body, on, by, at, number } = versions.at(-1)!;
  const { title, severity } = body as { readonly title?: unknown; readonly severity?: unknown };
  const history = versions.map(({ by: account, at: instant, ...version }) => ({
    ...version,
    by: account,
    at: instant,
  }));
  return { id, title, severity, on, body, setBy: by, setAt: at, version: number, history, decisionId: decision.id };
}

function showProblem({ code, severity, message, hint, place, related = [] }: RuleProblem) {
  const others = related.map(({ file, path }) => `${file ?? ''}${path ?? ''}`);
  return { code, severity, message, hint: hint ?? null, path: place.path ?? '', related: others };
}
