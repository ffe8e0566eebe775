import { requestOf } from '../../engine/commands/requestOf.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { idInBook } from '../../engine/household/rulesOfHome.ts';
import type { Effect } from '../../engine/rules/Effect.ts';
import {
  explainRun,
  type KeptRun,
  type RunReader,
  type ToldEffect,
  type ToldRun,
} from '../../engine/runs/explainRun.ts';
import type { EffectResult, Run, RunEffect } from '../../engine/runs/Run.ts';
import type { FoundReaction } from '../../trust/reactions/ReactionLog.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Resolve } from './Context.ts';
import { showCommand } from './commands.ts';
import { clausesOf, explainDecision } from './decisions.ts';
import { instantOf } from './instantOf.ts';
import type { PageArgs } from './page.ts';
import type { Session } from './Session.ts';
import { shownRows } from './shownRows.ts';
import { visibleHome } from './visibility.ts';

type RunsArgs = PageArgs & {
  readonly home?: string | null;
  readonly device?: string | null;
  readonly rule?: string | null;
  readonly from?: string | null;
  readonly until?: string | null;
};

/** A run, as far as it is the caller's to know. Reading it is decided, and noted in the audit. */
const ruleRun: Resolve<unknown, { id: string }, Promise<ToldRun | null>> = async (_root, { id }, { session }) => {
  const row = await session.ports.reactions.find(id);
  const run = row?.kind === 'run' ? await readRun(session, row) : null;
  if (run) session.note({ kind: 'explanation', subject: session.caller.subject.account, decision: run.id });
  return run;
};

/** Runs of a home, a device or a rule, of a time, newest first. */
const ruleRuns: Resolve<unknown, RunsArgs, Promise<unknown>> = async (_root, args, { session }) => {
  const { graph, reactions } = session.ports;
  const home = args.home ?? (args.device == null ? undefined : (graph.homeOfDevice.get(args.device) ?? 'unknown'));
  const asked = {
    kind: 'run',
    home,
    device: args.device ?? undefined,
    name: args.rule == null ? undefined : namesOf(args.rule, home),
    from: args.from == null ? undefined : instantOf(args.from),
    until: args.until == null ? undefined : instantOf(args.until),
  } as const;
  if (asked.home === undefined && asked.name === undefined) {
    throw new CodedError('access:run.too_many', 'runs are looked up by home, device or rule', {
      hint: 'name at least one of the three; `from` and `until` narrow it further',
    });
  }
  return shownRows(
    args,
    (after, first) => reactions.page({ ...asked, after, first }),
    (row) => readRun(session, row),
  );
};

/** A rule of a home's own goes by the home's id before its own, and within the home by its own alone. */
function namesOf(rule: string, home: string | undefined): string | readonly string[] {
  return home === undefined ? rule : [rule, idInBook(home, rule)];
}

export const runResolvers = {
  Query: { ruleRun, ruleRuns },
  RuleRun: {
    homeId: ({ home }: ToldRun) => home,
    deviceId: ({ device }: ToldRun) => device,
    at: ({ at }: ToldRun) => toIso(at),
    ranAt: ({ ranAt }: ToldRun) => toIso(ranAt),
    clauses: ((run, _args, { session }) => clausesOf(session.ports, run.clauses)) satisfies Resolve<
      ToldRun,
      object,
      unknown
    >,
    effects: ({ effects, reader }: ToldRun) => effects.map((effect) => ({ ...effect, reader })),
  },
  RuleRunEffect: {
    kind: ({ effect, wanted }: RunEffect) => (effect?.kind === 'raise_alarm' ? 'alarm' : (effect?.kind ?? wanted.kind)),
    what: ({ effect, wanted }: RunEffect) => (effect ? whatOf(effect) : wanted),
    decisionId: ({ decision }: RunEffect) => decision,
    due: ({ due }: RunEffect) => (due === null ? null : toIso(due)),
    alarmState: (({ effect }, _args, { session }) => {
      const isAlarm = effect?.kind === 'raise_alarm';
      return isAlarm ? session.ports.graph.homes.get(effect.home)?.alarms.get(effect.alarm.id)?.state : null;
    }) satisfies Resolve<RunEffect, object, unknown>,
    command: (({ effect, reader }, _args, { session }) =>
      reader === 'people' || reader === 'auditor' ? commandOf(effect, session) : null) satisfies Resolve<
      ToldEffect & Pick<ToldRun, 'reader'>,
      object,
      unknown
    >,
    explanation: (({ decision, result }, _args, context) =>
      decision === null || decision === 'life_safety' || result === 'nothing'
        ? null
        : explainDecision(null, { decisionId: decision }, context)) satisfies Resolve<RunEffect, object, unknown>,
    later: ({ later, reader }: ToldEffect & Pick<ToldRun, 'reader'>) => later && { ...later, reader },
  },
  RuleRunResult: {
    at: ({ at }: EffectResult) => toIso(at),
    effects: ({ effects, reader }: EffectResult & Pick<ToldRun, 'reader'>) =>
      effects.map((effect) => ({ ...effect, later: null, reader })),
  },
};

async function readRun(session: Session, row: FoundReaction): Promise<ToldRun | null> {
  const { graph, reactions } = session.ports;
  // A home that is not the caller's to see has no runs for them, whatever they were told once.
  if (!visibleHome(graph, session.caller, row.home)) return null;
  const run = row.body as Run;
  const results = run.effects.some(({ result }) => result === 'later')
    ? await reactions.page({ kind: 'result', home: row.home, name: run.id, first: run.effects.length })
    : [];
  const kept: KeptRun = { run, tenancy: row.tenancy, results: results.map(({ body }) => body as EffectResult) };
  return explainRun(kept, readerOf(session), graph);
}

function readerOf(session: Session): RunReader {
  const purpose = session.purpose(null);
  return {
    subject: session.caller.subject,
    auditor: session.caller.kind === 'administrator',
    decide: (resource) => session.decide('read', purpose, resource),
    settle: (decision, resource) => session.serves(resource, null) && session.settle(decision, resource) !== null,
    mayRead: (resource) => {
      const { devices } = session.ports.graph.home(resource.home);
      const device = resource.type === 'property' ? devices.get(resource.device) : null;
      if (device === undefined || !session.serves(resource, device)) return false;
      const decision = session.decide('read', purpose, resource);
      return allowsWhole(decision) && session.settle(decision, resource) !== null;
    },
  };
}

/** What an effect is, in the words of the rule's file. */
function whatOf(effect: Effect): object {
  switch (effect.kind) {
    case 'raise_alarm':
      return { alarm: effect.alarm.kind, id: effect.alarm.id };
    case 'command':
      return { device: effect.device, property: effect.property, value: effect.value };
    case 'notice':
      return { to: effect.to, text: effect.text };
    case 'share':
      return { tier: effect.tier, purpose: effect.purpose, what: effect.what };
    case 'set_mode':
      return { mode: effect.mode };
    case 'run_scene':
      return { scene: effect.scene };
  }
}

function commandOf(effect: Effect | null, session: Session): unknown {
  if (effect?.kind !== 'command') return null;
  const node = session.ports.graph.commands.get(effect.home)?.get(requestOf(effect).id);
  return node ? showCommand(session, node, []) : null;
}

const toIso = (instant: number): string => new Date(instant).toISOString();
