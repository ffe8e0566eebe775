import type { Change, Command, CommandWinner } from '../../twin/changes.ts';
import { type CommandNode, isOpen } from '../../twin/graph/HomeCommands.ts';
import type { DeviceNode } from '../../twin/graph/TwinGraph.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import type { CommandRequest } from './CommandRequest.ts';
import { type ClaimPorts, type Contender, contendersOf, holdOf, overruled, toldOf, winnerOver } from './claims.ts';
import { openCommands } from './commandsOf.ts';
import { commandTerms } from './commandTerms.ts';
import { concreteValues } from './concreteValues.ts';
import { supersedeOpen, supersedeRepeats } from './supersedeOpen.ts';

type Known = Contender & { readonly node: CommandNode | null };

/**
 * The changes by which commands are issued, the only way to a device: once they are durable `CommandDelivery` sends what
 * is in state `issued`. Who wins an actuator is decided here: a command that does not is kept as `lost`, with who won and
 * why, and what it overrules is `superseded`. A command that is known already is left out, so that an event told again
 * commands nothing again; one to a device that is away and of a kind that does not wait has failed at once.
 *
 * It changes nothing, and the order of the requests does not matter. Throws `twin:device.not_found`.
 */
export function issueCommands(requests: readonly CommandRequest[], ports: ClaimPorts): readonly Change[] {
  const fresh = new Map<string, CommandRequest>();
  for (const request of requests) {
    if (!ports.graph.commands.get(request.home)?.has(request.id)) fresh.set(request.id, request);
  }
  const byHome = Map.groupBy(fresh.values(), ({ home }) => home);
  return [...byHome].flatMap(([home, ofHome]) => issuedIn(home, ofHome, ports));
}

/** Those of one home, in the order in which they are asked for; looked at strongest first, so that each meets all that may win over it. */
function issuedIn(home: string, requests: readonly CommandRequest[], ports: ClaimPorts): readonly Change[] {
  const { graph, precedence, now } = ports;
  const turn = graph.commands.get(home)?.size ?? 0;
  const commands = requests.map((request) => commandOf(request, ports));
  const moves: Change[] = [];
  let claiming: readonly Known[] = contendersOf(home, ports);
  for (const command of strongestFirst(commands, precedence.order)) {
    const device = graph.device(home, command.device);
    const about = toldOf(device.device.model, precedence);
    const known: Known = { command, turn, node: null };
    const winner = winnerOver(known, claiming, about);
    moves.push(...outcome(command, { winner, device, now }));
    if (winner) continue;
    const beaten = overruled(known, claiming, about);
    moves.push(...beaten.flatMap(({ contender, winner: by }) => superseded(contender, by, now)));
    const unwanted = openCommands(graph, command).filter((node) => !claiming.some((each) => each.node === node));
    moves.push(...supersedeOpen(command, unwanted, now));
    moves.push(...supersedeRepeats(command, openCommands(graph, command), now));
    const ended = new Set(beaten.map(({ contender }) => contender));
    claiming = [...claiming.filter((each) => !ended.has(each)), known];
  }
  return [...commands.map((command): Change => ({ kind: 'command_issued', command })), ...moves];
}

function commandOf(
  { id, home, device, claimant, by, alarm, priority = 1, ...asked }: CommandRequest,
  { graph, precedence, now }: ClaimPorts,
): Command {
  const node = graph.device(home, device);
  const { model } = node.device;
  const values = concreteValues(asked.values, node);
  const { term } = commandTerms(model, claimant);
  const [issuedAt, expiresAt] = [now, now + term].map((at) => new Date(at).toISOString()) as [string, string];
  const about = { id, home, device, values, claimant, priority, by, alarm };
  const hold = holdOf(about, { ...toldOf(model, precedence), now });
  return { ...about, issuedAt, expiresAt, hold };
}

function strongestFirst(commands: readonly Command[], order: readonly string[]): readonly Command[] {
  return commands.toSorted(
    (a, b) =>
      order.indexOf(a.claimant) - order.indexOf(b.claimant) || b.priority - a.priority || (a.id < b.id ? -1 : 1),
  );
}

/** What becomes of a command at once. */
function outcome(
  command: Command,
  { winner, device, now }: { readonly winner: CommandWinner | null; readonly device: DeviceNode; readonly now: number },
): readonly Change[] {
  const node = issuedNode(command);
  if (winner) return moveCommand(node, 'lose', { reason: 'outranked', winner, now });
  if (device.state === 'retired') return moveCommand(node, 'fail', { reason: 'device_gone', now });
  const isAway = device.state === 'offline' && commandTerms(device.device.model, command.claimant).offline === 'fail';
  return isAway ? moveCommand(node, 'fail', { reason: 'device_offline', now }) : [];
}

/** A claim that another wins over is over for good when the same claimant made both, and alarm or check do not hold it. */
function superseded({ command, node }: Known, winner: CommandWinner, now: number): readonly Change[] {
  const isReplaced =
    command.claimant === winner.claimant && command.hold.kind !== 'alarm' && command.hold.kind !== 'inspection';
  const state = node ?? issuedNode(command as Command);
  if (!isOpen(state) && state.state !== 'acknowledged') return [];
  return moveCommand(state, 'supersede', { reason: isReplaced ? 'replaced' : 'outranked', winner, now });
}

function issuedNode(command: Command): CommandNode {
  const { issuedAt: movedAt, expiresAt } = command;
  return { command, state: 'issued', expiresAt, movedAt, reason: null, detail: null, winner: null };
}
