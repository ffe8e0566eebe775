import type { Change } from '../changes.ts';
import type { CommandNode } from '../graph/HomeCommands.ts';
import { type CommandEvent, commandLifecycle } from './command.ts';
import { step } from './step.ts';

type Transition = Extract<Change, { kind: 'command_transitioned' }>;

/** The change that moves a command; none when its life does not allow it, as when what moves it comes late. */
export function moveCommand(
  { command, state }: CommandNode,
  event: CommandEvent,
  { now, ...why }: Pick<Transition, 'reason' | 'detail' | 'winner' | 'expiresAt' | 'by'> & { readonly now: number },
): readonly Transition[] {
  const next = step(commandLifecycle, state, event);
  if (next.kind === 'refused') return [];
  const { id, home } = command;
  return [{ kind: 'command_transitioned', home, command: id, to: next.to, at: new Date(now).toISOString(), ...why }];
}
