import type { Decision } from '../../engine/Decision.ts';
import { isSilent, signalOf } from '../../engine/safety/alarmClass.ts';
import { sirensOf } from '../../engine/safety/sirensOf.ts';
import type { AlarmNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Caller } from './Caller.ts';

/** An alarm as the schema tells it, with where it is and how the sirens around it stand. */
export function showAlarm(graph: TwinGraph, node: AlarmNode, by: Pick<Decision, 'id'>) {
  const { alarm, state, moves, escalations } = node;
  const { id, home: homeId, device: deviceId, kind, rule, raisedAt, measured = null, drill = null } = alarm;
  const { name: deviceName, room } = placeOf(graph, homeId, deviceId);
  const sirens = sirensOf(graph, alarm).map(({ device, ...siren }) => {
    return { deviceId: device, ...placeOf(graph, homeId, device), ...siren };
  });
  const place = { id, homeId, deviceId, deviceName, room };
  // Copies: what is told is as of now, though the alarm moves on before it has left.
  const told = { moves: [...moves], escalations: [...escalations] };
  return {
    ...place,
    kind,
    state,
    rule,
    raisedAt,
    measured,
    drill,
    signal: signalOf(kind),
    sirens,
    ...told,
    decisionId: by.id,
  };
}

/**
 * Whether an alarm is not there for a caller: of a hold-up nothing shows at the home's own tier until somebody upstream has
 * seen it, so that the robber sees nothing (DH-4.3.4-s2).
 */
export function isHidden({ tier }: Pick<Caller, 'tier'>, { alarm, state }: AlarmNode): boolean {
  return isSilent(alarm.kind) && state === 'raised' && (tier === null || tier === 'home');
}

function placeOf(graph: TwinGraph, home: string, device: string | null) {
  const node = graph.homes.get(home);
  const known = device === null ? undefined : node?.devices.get(device);
  const room = known?.device.room ? (node?.rooms.get(known.device.room)?.name ?? null) : null;
  return { name: known?.name ?? null, room };
}
