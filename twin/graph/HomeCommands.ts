import type { Change, Command, CommandWinner } from '../changes.ts';
import type { CommandReason, CommandState } from '../words.ts';
import type { HomeNode } from './TwinGraph.ts';

/** A command and where it stands. It is replaced and never edited, so that forks may share it. */
export type CommandNode = {
  readonly command: Command;
  readonly state: CommandState;
  /** When it expires, ISO 8601 in UTC: later than its command says when it was issued once more. */
  readonly expiresAt: string;
  /** When and why it came there, and what was said of it; ISO 8601 in UTC. */
  readonly movedAt: string;
  readonly reason: CommandReason | null;
  readonly detail: string | null;
  /** The command to which it lost; null when it did not lose. */
  readonly winner: CommandWinner | null;
};

/** So many commands of a device that are over and hold nothing stay known; the log has all of them. */
export const LAST_OF_DEVICE = 8;

/** Takes a command in, and lets go of what is over for long. */
export function foldCommand(commands: Map<string, CommandNode>, command: Command, home: HomeNode): void {
  commands.set(command.id, {
    command,
    state: 'issued',
    expiresAt: command.expiresAt,
    movedAt: command.issuedAt,
    reason: null,
    detail: null,
    winner: null,
  });
  forgetOldest(commands, command, home);
}

/** Moves a command; one that is no longer known stays so. */
export function moveCommandNode(
  commands: Map<string, CommandNode>,
  change: Extract<Change, { kind: 'command_transitioned' }>,
): void {
  const { command: id, to: state, at: movedAt, reason } = change;
  const node = commands.get(id);
  if (!node) return;
  const { detail = null, winner = null, expiresAt = node.expiresAt } = change;
  commands.set(id, { command: node.command, state, expiresAt, movedAt, reason, detail, winner });
}

/** Whether a command is on its way. */
export function isOpen({ state }: CommandNode): boolean {
  return state === 'issued' || state === 'sent';
}

/** Whether the time for which a command holds its actuator is not over at an instant (milliseconds since 1970). */
export function holds({ command, state }: CommandNode, home: HomeNode, now: number): boolean {
  if (state === 'cancelled') return false;
  const { hold, alarm } = command;
  switch (hold.kind) {
    case 'none':
      return false;
    case 'until':
      return Date.parse(hold.at) > now;
    case 'alarm':
      // An alarm that is raised with the command may not be known yet.
      return alarm !== null && home.alarms.get(alarm.id)?.state !== 'reset';
    case 'inspection':
      return true;
  }
}

/** Lets go of what people and rules of a tenancy that ended commanded; what holds for safety stays. */
export function forgetTenancy(commands: Map<string, CommandNode>): void {
  for (const [id, { command }] of commands) {
    if (command.hold.kind !== 'alarm' && command.hold.kind !== 'inspection') commands.delete(id);
  }
}

/** Whether a command says once more what its rule said by another, and stands for it: both end by time, this one later. */
export function repeats(command: Command, earlier: Command): boolean {
  const { device, claimant, by, values, hold } = command;
  if (by.kind !== 'rule' || earlier.by.kind !== 'rule' || by.rule !== earlier.by.rule) return false;
  if (device !== earlier.device || claimant !== earlier.claimant) return false;
  const standsFor =
    earlier.hold.kind === 'none' ||
    (earlier.hold.kind === 'until' && hold.kind === 'until' && Date.parse(earlier.hold.at) <= Date.parse(hold.at));
  return standsFor && JSON.stringify(values) === JSON.stringify(earlier.values);
}

function forgetOldest(commands: Map<string, CommandNode>, command: Command, home: HomeNode): void {
  const now = Date.parse(command.issuedAt);
  const over = [...commands.values()].filter(
    (node) => node.command.device === command.device && !isOpen(node) && isOver(node, command, home, now),
  );
  for (const each of over.slice(0, Math.max(0, over.length - LAST_OF_DEVICE))) commands.delete(each.command.id);
}

/** Whether one that is not on its way holds nothing more: by itself, or because whoever asked for it has asked anew. */
function isOver(node: CommandNode, newest: Command, home: HomeNode, now: number): boolean {
  if (node.command.id === newest.id) return false;
  return !holds(node, home, now) || node.reason === 'replaced' || repeats(newest, node.command);
}
