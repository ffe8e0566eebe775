import { CodedError } from '../../twin/CodedError.ts';
import type { Alarm } from '../../twin/changes.ts';
import type { DrillNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AlarmKind } from '../../twin/words.ts';
import type { CommandRequest } from '../commands/CommandRequest.ts';
import { requestOf } from '../commands/requestOf.ts';
import { linkedCommands } from '../rules/linkedCommands.ts';
import type { LinkedCommand } from '../rules/Rule.ts';
import { signalOf } from './alarmClass.ts';

const SIRENS: readonly LinkedCommand[] = [{ devices: 'siren', signal: 'alarm' }];

/**
 * An alarm that a running drill raises for one of its devices, and what it has done: sirens sound. No lock opens, or a
 * drill would be a way into a home. Nothing that a device says by itself becomes an alarm of a drill: what is real is never
 * taken for one.
 *
 * Throws `command:drill.not_running`, and `command:drill.other_device` for a device that the drill does not name.
 */
export function drillAlarm(
  graph: TwinGraph,
  { drill, state }: DrillNode,
  {
    id,
    device,
    kind,
    account,
    now,
  }: {
    readonly id: string;
    readonly device: string;
    readonly kind: AlarmKind;
    readonly account: string | null;
    readonly now: number;
  },
): { readonly alarm: Alarm; readonly commands: readonly CommandRequest[] } {
  if (state !== 'running') {
    throw new CodedError('command:drill.not_running', `the drill is ${state}`, {
      hint: 'only while it runs are there alarms',
    });
  }
  if (!drill.devices.includes(device)) {
    throw new CodedError('command:drill.other_device', `\`${device}\` is no device of the drill`, {
      hint: `it names ${drill.devices.map((each) => `\`${each}\``).join(', ')}`,
    });
  }
  const { home } = drill;
  const alarm: Alarm = {
    id,
    home,
    kind,
    device,
    rule: 'drill',
    raisedAt: new Date(now).toISOString(),
    drill: drill.id,
  };
  const effects = linkedCommands(alarm, signalOf(kind) === 'alarm' ? SIRENS : [], {
    graph,
    severity: 'security',
    run: id,
  });
  const by = { kind: 'account', account } as const;
  return { alarm, commands: effects.map((effect) => ({ ...requestOf(effect), by })) };
}
