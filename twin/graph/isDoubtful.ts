import type { DeviceNode, HomeNode } from './TwinGraph.ts';

/**
 * Whether what a device said from `from` until `until` (source time, milliseconds since 1970, both included) was said
 * while somebody tampered with it: an alarm of tampering stood, which lasts until its reset (RA-6.3.2-d).
 */
export function isDoubtful(
  home: HomeNode,
  { device }: DeviceNode,
  { from, until }: { readonly from: number; readonly until: number },
): boolean {
  for (const { alarm, state, moves } of home.alarms.values()) {
    // What a drill raises, nobody did to the device.
    if (alarm.kind !== 'tamper' || alarm.device !== device.id || alarm.drill !== undefined) continue;
    if (Date.parse(alarm.raisedAt) > until) continue;
    if (state !== 'reset') return true;
    const reset = moves.findLast(({ to }) => to === 'reset')?.at;
    if (reset && Date.parse(reset) > from) return true;
  }
  return false;
}
