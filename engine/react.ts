import type { Change } from '../twin/changes.ts';
import { tenancyOf } from '../twin/graph/tenancyOf.ts';
import type { AlarmKind } from '../twin/words.ts';
import { issueCommands } from './commands/issueCommands.ts';
import { BUILT_IN_PRECEDENCE } from './commands/Precedence.ts';
import { requestOf } from './commands/requestOf.ts';
import { deviceMoves } from './rules/deviceMoves.ts';
import type { CommandEffect, EffectRecord } from './rules/Effect.ts';
import { changesOf } from './rules/effects/index.ts';
import { type Match, matchRules } from './rules/matchRules.ts';
import type { RuleFailure } from './rules/RuleEvaluator.ts';
import { aboutOf, type RuleEvent } from './rules/RuleEvent.ts';
import type { PendingEffect } from './runs/PendingEffect.ts';
import { type Performed, performLater, performMatch, type RunPorts } from './runs/performMatch.ts';
import type { EffectResult, Run } from './runs/Run.ts';

export type ReactPorts = RunPorts;

/** What follows from an event. Nothing of it has happened yet. */
export type Reaction = {
  /** To be committed in one batch with the reading, so that an alarm is neither lost nor doubled. */
  readonly changes: readonly Change[];
  /** What the changes command. */
  readonly commands: readonly CommandEffect[];
  readonly effects: readonly EffectRecord[];
  /** To be kept in the same batch: each rule that matched, with what came of it. */
  readonly runs: readonly Run[];
  /** To be kept in the same batch: effects that are due later. */
  readonly pending: readonly PendingEffect[];
  /** Rules that could not be evaluated. */
  readonly failures: readonly RuleFailure[];
};

/** What follows from an effect that was due later. */
export type LateReaction = Omit<Reaction, 'runs' | 'failures'> & { readonly result: EffectResult };

/**
 * Reacts to what happened to a device: matches the rules that it wakes, decides each of their effects, and says what
 * follows. It changes neither graph nor store, and does not reject for whatever fails in rules or decisions; life safety
 * alarms come about in any case.
 *
 * The caller has applied the reading to the graph, lets the events of one home in one after another (`InTurn`), and
 * applies the changes before the next.
 *
 * @example
 * const { changes, commands } = await react({ kind: 'state_reported', reading }, ports);
 */
export async function react(event: RuleEvent, ports: ReactPorts): Promise<Reaction> {
  const { device } = aboutOf(event);
  const heardAt = device === null ? null : ports.temporal.heardAt(device);
  ports.temporal.observe(event);
  const { matches, failures } = await matchRules(event, ports.book, ports);
  const moves = deviceMoves(ports.graph, event, { heardAt, missed: matches.length > 0 });
  // Nearly every message matches no rule.
  if (matches.length === 0 && event.kind === 'state_reported') return { ...NO_MATCH, changes: moves, failures };
  const performed = await performAll(matches, event, isNews(event, heardAt) ? withoutAsking(ports) : ports);
  const effects = performed.flatMap(({ records }) => records);
  // What nobody could decide comes up again with the next sweep.
  if (event.kind === 'device_silent' && effects.every(({ result }) => result !== 'failed')) {
    ports.temporal.dealtWith(event);
  }
  return {
    ...broughtAbout(effects, ports, moves),
    effects,
    runs: performed.map(({ run }) => run),
    pending: performed.flatMap(({ pending }) => pending),
    failures,
  };
}

/** Whether an event is later than all that was heard of its device, durable or not: then it had no run before. */
function isNews(event: RuleEvent, heardAt: number | null): boolean {
  return event.kind === 'state_reported' && heardAt !== null && event.reading.at > heardAt;
}

function withoutAsking({ knownRun: _, ...ports }: ReactPorts): ReactPorts {
  return ports;
}

const NO_MATCH: Omit<Reaction, 'changes' | 'failures'> = { commands: [], effects: [], runs: [], pending: [] };

/** What comes of an effect that was put off, now that it is due. */
export async function reactLater(pending: PendingEffect, ports: ReactPorts): Promise<LateReaction> {
  const { id: effect, home, occasion } = pending;
  const about = { effect, run: occasion.run, home, at: ports.clock.now() };
  if (isOfOthers(pending, ports)) {
    return {
      changes: [],
      commands: [],
      effects: [],
      pending: [],
      result: { ...about, result: 'expired', effects: [] },
    };
  }
  const { records, effects: came, pending: more } = await performLater(pending, ports);
  const result: EffectResult = { ...about, result: 'done', effects: came };
  return { ...broughtAbout(records, ports), effects: records, pending: more, result };
}

/** Whether those live there no more of whom it tells: whoever came after them is not to hear of it. A danger stays one. */
function isOfOthers({ home, tenancy, expiresAt }: PendingEffect, { graph }: ReactPorts): boolean {
  return tenancy !== undefined && expiresAt !== null && tenancy !== tenancyOf(graph.home(home));
}

/** One rule after the other: what the first raises the second need not. */
async function performAll(matches: readonly Match[], event: RuleEvent, ports: ReactPorts): Promise<Performed[]> {
  const raised = new Set<AlarmKind>();
  const performed: Performed[] = [];
  for (const match of matches) {
    const one = await performMatch(match, event, ports, raised);
    if (one) performed.push(one);
  }
  return performed;
}

/** What granted effects change, commands among it. */
function broughtAbout(
  effects: readonly EffectRecord[],
  { graph, clock, book, precedence = BUILT_IN_PRECEDENCE }: ReactPorts,
  moves: readonly Change[] = [],
): Pick<Reaction, 'changes' | 'commands'> {
  const granted = effects.filter(({ result }) => result === 'granted').map(({ effect }) => effect);
  const commands = granted.filter((effect) => effect.kind === 'command');
  const requests = commands.map((command) => requestOf(command, book.rules.get(command.rule)));
  const issued = issueCommands(requests, { graph, precedence, now: clock.now() });
  return { changes: [...moves, ...granted.flatMap(changesOf), ...issued], commands };
}
