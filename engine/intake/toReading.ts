import type { DeviceNode, HomeNode } from '../../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import type { IngestEvent, ReportedValue } from '../../twin/ingest/IngestEvent.ts';
import { isNewer, isRepeat } from '../../twin/ingest/isNewer.ts';
import type { Reading } from '../../twin/TwinStore.ts';

type StateReported = Extract<IngestEvent, { kind: 'state_reported' }>;

/**
 * The row that a message leaves in the log of readings; null when it is told again or says nothing. Values older than
 * what is known are kept as history and are not the present.
 */
export function toReading(event: StateReported, home: HomeNode, receivedAt: number): Reading | null {
  const node = home.devices.get(event.deviceId);
  if (!node || event.values.length === 0) return null;
  const at = event.sourceTime ?? receivedAt;
  if (isTold(event.values, node, at)) return null;
  const values: Record<string, unknown> = {};
  const current: Record<string, boolean> = {};
  let allCurrent = true;
  let group: Reading['group'] = 'open';
  for (const { ref, value } of event.values) {
    const name = ref.type.name;
    values[name] = value;
    const newer = isNewer(node.values.get(name), { at });
    current[name] = newer;
    allCurrent &&= newer;
    const label = node.labels.get(name) ?? ref.type.label;
    if (label.sensitive || label.subject_class === 'personal') group = 'closed';
  }
  return {
    home: home.home.id,
    device: event.deviceId,
    at,
    receivedAt,
    values,
    tenancy: tenancyOf(home),
    group,
    current: allCurrent || current,
  };
}

/** A repeat is told by the source's time and the values; without a source's time nothing is a repeat. */
function isTold(values: readonly ReportedValue[], node: DeviceNode, at: number): boolean {
  return values.every(({ ref, value }) => isRepeat(node.values.get(ref.type.name), { at, value }));
}
