import type { Alarm } from '../../twin/changes.ts';
import { deviceType, type SirenState, sirenState } from '../../twin/devices/index.ts';
import type { DeviceNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { signalOf } from './alarmClass.ts';

/** A siren of the home in which an alarm stands: whether it sounds, as far as anybody knows. */
export type Siren = {
  readonly device: string;
  readonly state: SirenState;
  /** When it was last told to, ISO 8601 in UTC; null when it was not, or nobody knows any more. */
  readonly askedAt: string | null;
};

/**
 * The sirens that tell of an alarm. What a siren has reported since the alarm was raised is believed first, then its
 * acknowledgement of the command; without either nobody knows (RA-6.2.1-s1).
 */
export function sirensOf(graph: TwinGraph, alarm: Alarm): readonly Siren[] {
  if (signalOf(alarm.kind) === 'none') return [];
  const sirens = [...(graph.homes.get(alarm.home)?.devices.values() ?? [])].filter(isSiren);
  return sirens.map((node) => sirenOf(graph, alarm, node));
}

function sirenOf(graph: TwinGraph, { id, home, raisedAt }: Alarm, node: DeviceNode): Siren {
  const device = node.device.id;
  const asked = [...(graph.commands.get(home)?.values() ?? [])]
    .filter(({ command }) => command.device === device && command.alarm?.id === id)
    .at(-1);
  const since = Date.parse(asked?.command.issuedAt ?? raisedAt);
  const reported = sirenState(deviceType(node.device.model)!, (property) => {
    const known = node.values.get(property);
    return known && known.receivedAt >= since ? known.value : undefined;
  });
  const answered = asked?.state === 'acknowledged' ? 'sounding' : 'unknown';
  return { device, state: reported === 'unknown' ? answered : reported, askedAt: asked?.command.issuedAt ?? null };
}

function isSiren({ device, state }: DeviceNode): boolean {
  return state !== 'retired' && deviceType(device.model)?.kind === 'siren';
}
