import { allowsWhole } from '../../engine/fulfil.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { CommandWinner, Hold } from '../../twin/changes.ts';
import { type CommandNode, isOpen } from '../../twin/graph/HomeCommands.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import { CLAIMANTS, type Purpose } from '../../twin/words.ts';
import { allowed, found } from './allowed.ts';
import type { Context, Resolve } from './Context.ts';
import { claimantOf } from './claimantOf.ts';
import { decidedStream, resolveDecided } from './decidedStream.ts';
import { checkFirst, MOST_IN_PAGE } from './page.ts';
import type { Session } from './Session.ts';
import { type DeviceView, type HomeView, livesThere, propertyOf, refOf } from './views.ts';
import { seenHome, visibleHome } from './visibility.ts';

type Asked = { readonly purpose?: Purpose | null };
type First = { readonly first: number };
type Reading = 'read' | 'subscribe';

/** A command as the schema tells it to a reader. Whose account it was is for the people of the home, and for itself. */
export function showCommand(session: Session, node: CommandNode, decisionIds: readonly string[]) {
  const { command, state, expiresAt, reason, detail, movedAt, winner } = node;
  const { id, home: homeId, device: deviceId, values, claimant, alarm, hold, issuedAt } = command;
  return {
    id,
    homeId,
    deviceId,
    values,
    state,
    reason,
    detail,
    claimant,
    ...whoOf(session, homeId, command),
    alarmId: alarm?.id ?? null,
    holds: untilOf(hold),
    winner: winner && showWinner(session, homeId, winner),
    issuedAt,
    expiresAt,
    movedAt,
    accepted: isOpen(node) || state === 'acknowledged',
    decisionIds,
  };
}

function showWinner(session: Session, home: string, winner: CommandWinner) {
  const { command: commandId, claimant, property, precedence, clauses, hold } = winner;
  return { commandId, claimant, ...whoOf(session, home, winner), property, precedence, clauses, until: untilOf(hold) };
}

function whoOf(session: Session, home: string, { by }: Pick<CommandWinner, 'by'>) {
  if (by.kind === 'rule') return { rule: by.rule, account: null };
  const isTold = by.account === session.caller.subject.account || livesThere(session, session.ports.graph.home(home));
  return { rule: null, account: isTold ? by.account : null };
}

function untilOf(hold: Hold): string | null {
  switch (hold.kind) {
    case 'none':
      return null;
    case 'until':
      return hold.at;
    case 'alarm':
      return 'alarm_reset';
    case 'inspection':
      return 'inspected';
  }
}

/** The commands of a home, or of one of its devices, that the caller may read, newest first. */
function commandsOf(session: Session, view: HomeView & Partial<DeviceView>, { first }: First): unknown[] {
  checkFirst(first, MOST_IN_PAGE);
  const all = [...(session.ports.graph.commands.get(view.home.home.id)?.values() ?? [])].toReversed();
  const ofView = view.device ? all.filter(({ command }) => command.device === view.device?.device.id) : all;
  const shown: unknown[] = [];
  for (const node of ofView) {
    if (shown.length === first) break;
    const decisions = decidedCommand(session, view, node, 'read');
    if (decisions) shown.push(showCommand(session, node, decisions));
  }
  return shown;
}

/**
 * The decisions by which a command is shown: whoever may read what a device says of a property may read what it was told;
 * whoever commanded knows it already. Null when it is not shown.
 */
function decidedCommand(
  session: Session,
  view: HomeView,
  { command }: CommandNode,
  action: Reading,
): readonly string[] | null {
  const { by, values } = command;
  if (by.kind === 'account' && by.account !== null && by.account === session.caller.subject.account) return [];
  const device = view.home.devices.get(command.device);
  if (!device) return null;
  const ids = new Set<string>();
  for (const name of Object.keys(values)) {
    const property = propertyOf(session, { ...view, device }, name);
    if (!property) return null;
    const decision = session.decide(action, view.purpose, refOf(property));
    if (!allowsWhole(decision) || session.settle(decision, refOf(property)) === null) return null;
    ids.add(decision.id);
  }
  return [...ids];
}

const command: Resolve<unknown, { home: string; id: string } & Asked, unknown> = (_root, args, { session }) =>
  readCommand(session, args, 'read');

function readCommand(
  session: Session,
  { home: homeId, id, purpose }: { readonly home: string; readonly id: string } & Asked,
  action: Reading,
): ToldCommand | null {
  const home = visibleHome(session.ports.graph, session.caller, homeId);
  const node = home && nodeOf(session, home, id);
  if (!node) return null;
  const decisions = decidedCommand(session, { home, purpose: session.purpose(purpose) }, node, action);
  return decisions && showCommand(session, node, decisions);
}

/** Whoever may give a command may take it back, and take back that of a weaker claimant; nobody takes back what is safety's. */
const withdrawCommand: Resolve<unknown, { home: string; id: string } & Asked, Promise<unknown>> = async (
  _root,
  { home: id, id: commandId, purpose },
  { session },
) => {
  const home = seenHome(session.ports.graph, session.caller, id);
  const asked = session.purpose(purpose);
  const node = found(nodeOf(session, home, commandId), 'command', commandId);
  const { device, values, claimant } = node.command;
  const decisions: string[] = [];
  const subject = session.caller.subject.account;
  for (const property of Object.keys(values)) {
    const ref = { type: 'property', home: id, device, property } as const;
    decisions.push((await allowed(session, 'command', asked, ref)).id);
  }
  if (CLAIMANTS.indexOf(claimantOf(session, home, asked)) > CLAIMANTS.indexOf(claimant)) {
    throw new CodedError('command:command.stronger', `a command for \`${claimant}\` is not yours to take back`, {
      hint: claimant === 'life_safety' ? 'it ends when its alarm is reset' : 'ask whoever gave it',
    });
  }
  const why = { reason: 'withdrawn', by: subject, now: session.ports.clock.now() } as const;
  const changes = moveCommand(node, 'cancel', why);
  if (changes.length === 0) throw new CodedError('command:command.over', 'the command has been taken back already');
  await session.ports.commit(
    changes,
    Object.keys(values).map((property, index) => {
      const decision = decisions[index]!;
      return { kind: 'command', subject, home: id, device, property, outcome: 'raw', decision } as const;
    }),
  );
  return showCommand(session, nodeOf(session, home, commandId) ?? node, [...new Set(decisions)]);
};

/**
 * Says that somebody has looked at a device on the spot, without which what safety closed stays closed. It opens nothing:
 * a plain command does that from then on.
 */
const recordInspection: Resolve<unknown, { home: string; device: string } & Asked, Promise<unknown>> = async (
  _root,
  { home: id, device, purpose },
  { session },
) => {
  const { graph, clock, commit } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const ref = { type: 'inspection', home: id, id: device } as const;
  const decision = await allowed(session, 'manage', session.purpose(purpose), ref);
  found(home.devices.get(device), 'device', device);
  const held = [...(graph.commands.get(id)?.values() ?? [])].filter(
    ({ command: each, state }) => each.device === device && each.hold.kind === 'inspection' && state !== 'cancelled',
  );
  if (held.length === 0)
    throw new CodedError('command:inspection.nothing_held', 'nothing waits for somebody to look at it');
  for (const { command: each } of held) assertHandled(home, each.alarm?.id ?? null);
  const subject = session.caller.subject.account;
  const why = { reason: 'inspected', by: subject, now: clock.now() } as const;
  await commit(
    held.flatMap((node) => moveCommand(node, 'cancel', why)),
    [{ kind: 'inspection', subject, home: id, device, decision: decision.id }],
  );
  return held.map((node) => showCommand(session, nodeOf(session, home, node.command.id) ?? node, [decision.id]));
};

/** While its alarm is up nobody has dealt with the cause. */
function assertHandled({ alarms }: HomeNode, alarm: string | null): void {
  const state = alarm === null ? undefined : alarms.get(alarm)?.state;
  if (state !== 'raised' && state !== 'acknowledged') return;
  throw new CodedError('command:inspection.alarm_up', `its alarm is ${state} still`, {
    hint: 'handle the alarm first, and then say that the device was looked at',
  });
}

function nodeOf({ ports }: Session, { home }: HomeNode, id: string): CommandNode | undefined {
  return ports.graph.commands.get(home.id)?.get(id);
}

type ChangedArgs = { readonly home: string } & Asked;
type ToldCommand = ReturnType<typeof showCommand>;

/** Commands as they are issued and move, each decided for the caller then, as long as the home is the caller's to see. */
function subscribe(_root: unknown, { home: id, purpose }: ChangedArgs, context: Context) {
  const { graph, onChange } = context.session.ports;
  seenHome(graph, context.session.caller, id);
  return decidedStream(context, {
    mayListen: ({ caller }) => visibleHome(graph, caller, id) !== null,
    listen: (listener: (command: string) => void) =>
      onChange((change) => {
        if (change.kind === 'command_issued' && change.command.home === id) listener(change.command.id);
        if (change.kind === 'command_transitioned' && change.home === id) listener(change.command);
      }),
    tell: (session, commandId): ToldCommand | null =>
      readCommand(session, { home: id, id: commandId, purpose: purpose ?? null }, 'subscribe'),
  });
}

/** The resolvers of commands, beside `commandDevice`. */
export const commandResolvers = {
  Query: { command },
  Mutation: { withdrawCommand, recordInspection },
  Subscription: { commandChanged: { subscribe, resolve: resolveDecided } },
  Home: {
    commands: ((view, args, { session }) => commandsOf(session, view, args)) satisfies Resolve<
      HomeView,
      First,
      unknown
    >,
  },
  Device: {
    commands: ((view, args, { session }) => commandsOf(session, view, args)) satisfies Resolve<
      DeviceView,
      First,
      unknown
    >,
  },
};
