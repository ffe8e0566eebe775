import { type CommandNode, isOpen } from '../../twin/graph/HomeCommands.ts';

/** A command as the schema tells it. */
export function showCommand(node: CommandNode) {
  const { command, state, reason, detail, movedAt } = node;
  const { id, home: homeId, device: deviceId, values, claimant, by, issuedAt, expiresAt } = command;
  return {
    id,
    homeId,
    deviceId,
    values,
    state,
    reason,
    detail,
    claimant,
    rule: by.kind === 'rule' ? by.rule : null,
    issuedAt,
    expiresAt,
    movedAt,
    accepted: isOpen(node) || state === 'acknowledged',
  };
}
