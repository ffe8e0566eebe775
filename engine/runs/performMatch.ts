import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import type { AlarmKind } from '../../twin/words.ts';
import type { Clock } from '../Clock.ts';
import type { Precedence } from '../commands/Precedence.ts';
import { decideOne, inTime } from '../rules/decideOne.ts';
import { duration } from '../rules/duration.ts';
import type { CommandEffect, DecideEffect, Effect, EffectRecord } from '../rules/Effect.ts';
import type { EffectSources, Occasion } from '../rules/effects/EffectType.ts';
import { resolveEffect } from '../rules/effects/index.ts';
import { linkedCommands } from '../rules/linkedCommands.ts';
import type { Match } from '../rules/matchRules.ts';
import { platformClaimant } from '../rules/platformClaimant.ts';
import type { Consequence, RaiseAlarm, RuleEffect, Severity } from '../rules/Rule.ts';
import type { RuleBook } from '../rules/RuleBook.ts';
import { aboutOf, type RuleEvent } from '../rules/RuleEvent.ts';
import { type PendingEffect, pendingEffect } from './PendingEffect.ts';
import { type Run, type RunEffect, ruleDigest, runEvent, runId } from './Run.ts';

export type RunPorts = EffectSources & {
  readonly book: RuleBook;
  readonly decideEffect: DecideEffect;
  readonly clock: Clock;
  /** Whether a run was there before; left out where every event is told once. Rejects when that cannot be known. */
  readonly knownRun?: (id: string) => Promise<boolean>;
  /** Who wins an actuator; what is built in when left out. */
  readonly precedence?: Precedence;
};

/** What a rule that matched comes to. */
export type Performed = {
  readonly run: Run;
  readonly records: readonly EffectRecord[];
  readonly pending: readonly PendingEffect[];
};

/** How long a matter of life and death waits to hear whether its event was there before. */
const HASTE_MS = 100;
/** How long anything else does. */
const PATIENCE_MS = 500;

/**
 * Looks up the effects of a rule that matched and decides each, in the order in which it writes them. Null when the event
 * has had this run before. `raised` are the kinds of alarm that the event raised already: two rules may want the same, and
 * one event is one alarm. It never rejects.
 */
export async function performMatch(
  match: Match,
  event: RuleEvent,
  ports: RunPorts,
  raised: Set<AlarmKind>,
): Promise<Performed | null> {
  const { rule: id, severity, because } = match;
  const rule = ports.book.rules.get(id);
  const digest = rule ? ruleDigest(rule) : 'built_in';
  const run = runId(id, digest, event);
  // An alarm is known by its own id, and waits for nothing.
  const known = match.event.type === 'act' ? await wasThere(run, severity, ports) : false;
  if (known === true) return null;
  const actsFor = rule ? platformClaimant(rule) : null;
  const occasion: Occasion = { run, rule: id, severity, event, because, ...(actsFor && { actsFor }) };
  const performed =
    known === false
      ? await performAll(match.event, occasion, ports, raised)
      : allFailed(match.event, run, known.message);
  const { home, device, at } = aboutOf(event);
  const { records, pending, effects } = performed;
  return {
    records,
    pending,
    run: {
      id: run,
      rule: id,
      ruleDigest: digest,
      title: rule?.title ?? null,
      clauses: rule?.clauses ?? [],
      severity,
      home,
      device,
      at,
      ranAt: ports.clock.now(),
      event: runEvent(event, rule, because),
      conditions: rule?.conditions ?? null,
      because,
      effects,
    },
  };
}

/** What an effect comes to that is due now: it is looked up in the home of now and decided anew. */
export async function performLater(
  { wanted: { after: _, ...wanted }, occasion, id, dueAt }: PendingEffect,
  ports: RunPorts,
): Promise<Parts> {
  return performNow(wanted as RuleEffect, { id, occasion: { ...occasion, dueAt }, ports, raised: new Set() });
}

type Parts = Omit<Performed, 'run'> & { readonly effects: readonly RunEffect[] };
type Context = {
  readonly id: string;
  readonly occasion: Occasion;
  readonly ports: RunPorts;
  readonly raised: Set<AlarmKind>;
};

const NOTHING: Parts = { effects: [], records: [], pending: [] };

function performAll(
  consequence: Consequence,
  occasion: Occasion,
  ports: RunPorts,
  raised: Set<AlarmKind>,
): Promise<Parts> {
  const contextOf = (index: number, of = occasion): Context => ({
    id: `${of.run}.${index}`,
    occasion: of,
    ports,
    raised,
  });
  if (consequence.type === 'raise_alarm') return performAlarm(consequence, contextOf);
  const { effects } = consequence.params;
  return together(
    effects.map((wanted, index) => {
      if (wanted.after !== undefined) return performThen(wanted, contextOf(index));
      if (wanted.kind !== 'share' && wanted.kind !== 'notice') return performNow(wanted, contextOf(index));
      const before = effects.slice(0, index).findLast(({ kind }) => kind === 'alarm');
      if (before?.kind !== 'alarm') return performNow(wanted, contextOf(index));
      // What tells of an alarm is looked up when the alarm is there.
      return performThen(wanted, contextOf(index, { ...occasion, tellsOf: before.alarm }));
    }),
  );
}

/** The alarm of a rule and, when it is raised, the commands that follow it. */
async function performAlarm(
  { params: { alarm: kind, commands = [] } }: RaiseAlarm,
  contextOf: (index: number) => Context,
): Promise<Parts> {
  const first = contextOf(0);
  const raised = await performNow({ kind: 'alarm', alarm: kind }, first);
  const alarm = raised.records.flatMap(({ effect, result }) =>
    effect.kind === 'raise_alarm' && result === 'granted' ? [effect.alarm] : [],
  )[0];
  if (!alarm) return raised;
  const { run, severity } = first.occasion;
  try {
    const linked = linkedCommands(alarm, commands, { graph: first.ports.graph, severity, run });
    const followed = linked.map((effect, index) => {
      const { property, value } = effect;
      const wanted: RuleEffect = { kind: 'command', device: nameOf(effect, first), property, value };
      return performOne(wanted, { ...effect, id: `${run}.${index + 1}` }, first);
    });
    return await together([Promise.resolve(raised), ...followed]);
  } catch (error) {
    // The alarm stands, whatever keeps its commands from being found.
    const told = `no commands: ${messageOf(error)}`;
    return {
      ...raised,
      effects: raised.effects.map((each) => ({ ...each, error: told })),
      records: raised.records.map((each) => ({ ...each, error: told })),
    };
  }
}

function nameOf({ home, device }: CommandEffect, { ports }: Context): string {
  return ports.graph.device(home, device).name;
}

async function together(parts: readonly Promise<Parts>[]): Promise<Parts> {
  const all = await Promise.all(parts);
  return {
    effects: all.flatMap(({ effects }) => effects),
    records: all.flatMap(({ records }) => records),
    pending: all.flatMap(({ pending }) => pending),
  };
}

async function performThen(wanted: RuleEffect, { id, occasion, ports }: Context): Promise<Parts> {
  const due = ports.clock.now() + (wanted.after === undefined ? 0 : duration(wanted.after));
  const { home } = aboutOf(occasion.event);
  const tenancy = tenancyOf(ports.graph.home(home));
  const pending = pendingEffect({ id, home, tenancy, dueAt: due, wanted, occasion });
  return { effects: [{ ...notDone(id, wanted, 'later'), due }], records: [], pending: [pending] };
}

async function performNow(wanted: RuleEffect, context: Context): Promise<Parts> {
  const { id, occasion, ports } = context;
  let effects: readonly Effect[];
  try {
    effects = resolveEffect(wanted, occasion, id, ports);
  } catch (error) {
    return { ...NOTHING, effects: [{ ...notDone(id, wanted, 'failed'), error: messageOf(error) }] };
  }
  if (effects.length === 0) return { ...NOTHING, effects: [notDone(id, wanted, 'nothing')] };
  return together(effects.map((effect) => performOne(wanted, effect, context)));
}

async function performOne(wanted: RuleEffect, found: Effect, { occasion, ports, raised }: Context): Promise<Parts> {
  const { actsFor, because } = occasion;
  const effect: Effect = actsFor ? { ...found, actsFor } : found;
  if (effect.kind === 'raise_alarm' && raised.has(effect.alarm.kind)) {
    return { ...NOTHING, effects: [notDone(effect.id, wanted, 'nothing')] };
  }
  const record = await decideOne(effect, because, ports);
  const { result, decision, error, deliveries = [] } = record;
  if (result === 'granted' && effect.kind === 'raise_alarm') raised.add(effect.alarm.kind);
  return {
    effects: [{ id: effect.id, wanted, result, effect, decision, error, deliveries, due: null }],
    records: [record],
    pending: [],
  };
}

function notDone(id: string, wanted: RuleEffect, result: 'failed' | 'later' | 'nothing'): RunEffect {
  return { id, wanted, result, effect: null, decision: null, error: null, deliveries: [], due: null };
}

/** Nothing is done twice for want of knowing whether it was done; what threatens lives is rather done twice. */
function allFailed({ params, type }: Consequence, run: string, error: string): Parts {
  const wanted = type === 'act' ? params.effects : [];
  return {
    ...NOTHING,
    effects: wanted.map((each, index) => ({ ...notDone(`${run}.${index}`, each, 'failed'), error })),
  };
}

/** Whether a run was there before; an error where that cannot be known and matters. */
async function wasThere(run: string, severity: Severity, ports: RunPorts): Promise<boolean | Error> {
  const { knownRun, clock } = ports;
  if (!knownRun) return false;
  const isUrgent = severity === 'life_safety';
  try {
    return await inTime(() => knownRun(run), clock, isUrgent ? HASTE_MS : PATIENCE_MS);
  } catch (error) {
    return isUrgent ? false : new Error(`whether it was done before is not known: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
