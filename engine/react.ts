import type { Change } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Clock } from './Clock.ts';
import { issueCommands } from './commands/issueCommands.ts';
import { requestOf } from './commands/requestOf.ts';
import { decideOne } from './rules/decideOne.ts';
import { deviceMoves } from './rules/deviceMoves.ts';
import type { CommandEffect, DecideEffect, EffectRecord } from './rules/Effect.ts';
import { linkedCommands } from './rules/linkedCommands.ts';
import { type Match, matchRules } from './rules/matchRules.ts';
import { newAlarm } from './rules/newAlarm.ts';
import type { RaiseAlarm } from './rules/Rule.ts';
import type { RuleBook } from './rules/RuleBook.ts';
import type { RuleFailure } from './rules/RuleEvaluator.ts';
import { aboutOf, type RuleEvent } from './rules/RuleEvent.ts';
import type { TemporalState } from './rules/TemporalState.ts';

export type ReactPorts = {
  readonly graph: TwinGraph;
  readonly book: RuleBook;
  readonly temporal: TemporalState;
  readonly decideEffect: DecideEffect;
  readonly clock: Clock;
};

/** What follows from an event. Nothing of it has happened yet. */
export type Reaction = {
  /** To be committed in one batch with the reading, so that an alarm is neither lost nor doubled. */
  readonly changes: readonly Change[];
  /** What the changes command. */
  readonly commands: readonly CommandEffect[];
  readonly effects: readonly EffectRecord[];
  /** Rules that could not be evaluated. */
  readonly failures: readonly RuleFailure[];
};

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
  const { alarms, unmet } = bySort(matches);
  const effects = await effectsOf(alarms, event, ports);
  // What nobody could decide comes up again with the next sweep.
  if (event.kind === 'device_silent' && effects.every(({ result }) => result !== 'failed')) {
    ports.temporal.dealtWith(event);
  }
  const granted = effects.filter(({ result }) => result === 'granted').map(({ effect }) => effect);
  const commands = granted.filter((effect) => effect.kind === 'command');
  return {
    changes: [
      ...deviceMoves(ports.graph, event, { heardAt, missed: matches.length > 0 }),
      ...granted.flatMap((effect) => (effect.kind === 'raise_alarm' ? [alarmRaised(effect)] : [])),
      ...issueCommands(commands.map(requestOf), { graph: ports.graph, now: ports.clock.now() }),
    ],
    commands,
    effects,
    failures: [...failures, ...unmet],
  };
}

type AlarmMatch = Match & { readonly event: RaiseAlarm };

/** What raises an alarm, and what nothing carries out. */
function bySort(matches: readonly Match[]): { readonly alarms: AlarmMatch[]; readonly unmet: RuleFailure[] } {
  const alarms: AlarmMatch[] = [];
  const unmet: RuleFailure[] = [];
  for (const match of matches) {
    const { rule, event } = match;
    if (event.type === 'raise_alarm') alarms.push({ ...match, event });
    else unmet.push({ rule, message: 'nothing carries out the effects of `act`' });
  }
  return { alarms, unmet };
}

async function effectsOf(matches: readonly AlarmMatch[], event: RuleEvent, ports: ReactPorts): Promise<EffectRecord[]> {
  const records: EffectRecord[] = [];
  const kinds = new Set<string>();
  for (const match of matches) {
    // Two rules may raise the same kind; one event is one alarm.
    if (kinds.has(match.event.params.alarm)) continue;
    const raised = await effectsOfMatch(match, event, ports);
    if (raised.some(({ effect, result }) => effect.kind === 'raise_alarm' && result === 'granted')) {
      kinds.add(match.event.params.alarm);
    }
    records.push(...raised);
  }
  return records;
}

/** The alarm of a rule and, when it is granted, the commands that follow it; nothing when it has been told already. */
async function effectsOfMatch(
  match: AlarmMatch,
  event: RuleEvent,
  ports: ReactPorts,
): Promise<readonly EffectRecord[]> {
  const { rule, severity, because } = match;
  const { alarm: kind, commands = [] } = match.event.params;
  const alarm = newAlarm(event, { kind, rule, because }, ports);
  if (!alarm) return [];
  const raised = await decideOne({ kind: 'raise_alarm', rule, severity, alarm }, because, ports);
  if (raised.result !== 'granted') return [raised];
  try {
    const linked = linkedCommands(alarm, commands, { graph: ports.graph, severity });
    return [raised, ...(await Promise.all(linked.map((command) => decideOne(command, because, ports))))];
  } catch (error) {
    // The alarm stands, whatever keeps its commands from being found.
    return [{ ...raised, error: `no commands: ${error instanceof Error ? error.message : String(error)}` }];
  }
}

function alarmRaised({ alarm }: Extract<EffectRecord['effect'], { kind: 'raise_alarm' }>): Change {
  return { kind: 'alarm_raised', alarm };
}
