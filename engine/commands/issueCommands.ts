import type { Change, Command } from '../../twin/changes.ts';
import type { CommandNode } from '../../twin/graph/HomeCommands.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import type { CommandRequest } from './CommandRequest.ts';
import { commandTerms } from './commandTerms.ts';

/**
 * The changes by which commands are issued, the only way to a device: once they are durable `CommandDelivery` sends what
 * is in state `issued`. A command that is known already is left out, so that an event told again commands nothing again;
 * one to a device that is away and of a kind that does not wait has failed at once.
 *
 * It changes nothing. Throws `twin:device.not_found`.
 */
export function issueCommands(
  requests: readonly CommandRequest[],
  { graph, now }: { readonly graph: TwinGraph; readonly now: number },
): readonly Change[] {
  const known = new Set<string>();
  return requests.flatMap((request) => {
    const isKnown = known.has(request.id) || graph.commands.get(request.home)?.has(request.id) === true;
    known.add(request.id);
    return isKnown ? [] : issued(request, graph, now);
  });
}

function issued(
  { id, home, device, values, claimant, by, alarm, priority = 1 }: CommandRequest,
  graph: TwinGraph,
  now: number,
): readonly Change[] {
  const node = graph.device(home, device);
  const { term, offline } = commandTerms(node.device.model, claimant);
  const [issuedAt, expiresAt] = [now, now + term].map((at) => new Date(at).toISOString()) as [string, string];
  const about = { id, home, device, values, claimant, priority, by, alarm };
  const command: Command = { ...about, issuedAt, expiresAt, hold: { kind: 'none' } };
  const change: Change = { kind: 'command_issued', command };
  if (node.state === 'retired') return [change, ...moveCommand(fresh(command), 'fail', { reason: 'device_gone', now })];
  if (node.state !== 'offline' || offline === 'wait') return [change];
  return [change, ...moveCommand(fresh(command), 'fail', { reason: 'device_offline', now })];
}

function fresh(command: Command): CommandNode {
  return { command, state: 'issued', movedAt: command.issuedAt, reason: null, detail: null, winner: null };
}
