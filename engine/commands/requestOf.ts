import { createHash } from 'node:crypto';
import { claimantOfRule } from '../rules/claimantOfRule.ts';
import type { CommandEffect } from '../rules/Effect.ts';
import type { Rule } from '../rules/Rule.ts';
import type { CommandRequest } from './CommandRequest.ts';

/** What a rule's command asks. Its id follows from what it answers, so that an event told again commands nothing again. */
export function requestOf(
  effect: CommandEffect,
  { priority = 1, claimant }: Pick<Rule, 'priority' | 'claimant'> = {},
): CommandRequest {
  const { id, run, rule, severity, alarm, home, device, property, value } = effect;
  return {
    id: commandId(alarm ? [alarm.id, rule, device, property, value] : [id, device, property, value]),
    home,
    device,
    values: { [property]: value },
    claimant: claimantOfRule(claimant === undefined ? { severity } : { severity, claimant }),
    priority,
    by: { kind: 'rule', rule, run },
    alarm: alarm && { id: alarm.id, kind: alarm.kind },
  };
}

/** The id of a command by what it follows from. */
function commandId(parts: readonly unknown[]): string {
  return `command-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;
}
