import type { Change, Command, CommandWinner } from '../../twin/changes.ts';
import { type CommandNode, LAST_OF_DEVICE, repeats } from '../../twin/graph/HomeCommands.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import { canonicalJson } from '../canonicalJson.ts';

/** The changes by which commands on their way that nobody wants any more give way to one that wants something else. */
export function supersedeOpen(
  { id, claimant, by, hold, values }: Command,
  open: readonly CommandNode[],
  now: number,
): readonly Change[] {
  return open.flatMap((node) => {
    const property = Object.keys(values).find((name) => differ(node.command.values, values, name));
    if (property === undefined) return [];
    const winner: CommandWinner = { command: id, claimant, by, hold, property, precedence: 'newest', clauses: [] };
    return moveCommand(node, 'supersede', { reason: 'replaced', winner, now });
  });
}

/** The changes by which the oldest give way of many on their way by which a rule has said the same: the device is silent. */
export function supersedeRepeats(command: Command, open: readonly CommandNode[], now: number): readonly Change[] {
  const { id, claimant, by, hold, values } = command;
  const [property] = Object.keys(values);
  const same = open.filter((node) => repeats(command, node.command));
  if (property === undefined || same.length < LAST_OF_DEVICE) return [];
  const winner: CommandWinner = { command: id, claimant, by, hold, property, precedence: 'newest', clauses: [] };
  return same
    .slice(0, same.length - LAST_OF_DEVICE + 1)
    .flatMap((node) => moveCommand(node, 'supersede', { reason: 'replaced', winner, now }));
}

type Values = Command['values'];

function differ(one: Values, other: Values, name: string): boolean {
  return Object.hasOwn(one, name) && canonicalJson(one[name]) !== canonicalJson(other[name]);
}
