import type { Change } from '../../twin/changes.ts';
import type { CommandNode } from '../../twin/graph/HomeCommands.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import { type ClaimPorts, contendersOf, toldOf, winnerOver } from './claims.ts';
import { openCommands } from './commandsOf.ts';
import { commandTerms } from './commandTerms.ts';
import { supersedeOpen } from './supersedeOpen.ts';

/**
 * The changes by which commands of a home take effect that lost or were overruled, still claim, and find nobody in their
 * way any more: the strongest of an actuator is issued once more, with another term, in the place of what is on its way
 * and wanted no more.
 */
export function freedCommands(home: string, ports: ClaimPorts): readonly Change[] {
  const claiming = contendersOf(home, ports);
  return claiming
    .filter(({ node: { state } }) => state === 'lost' || state === 'superseded')
    .flatMap((each) => {
      const { model } = ports.graph.device(home, each.command.device).device;
      return winnerOver(each, claiming, toldOf(model, ports.precedence)) ? [] : issuedOnceMore(each.node, model, ports);
    });
}

function issuedOnceMore(node: CommandNode, model: string, { graph, now }: ClaimPorts): readonly Change[] {
  const expiresAt = new Date(now + commandTerms(model, node.command.claimant).term).toISOString();
  return [
    ...supersedeOpen(node.command, openCommands(graph, node.command), now),
    ...moveCommand(node, 'resume', { reason: 'claim_free', expiresAt, now }),
  ];
}
