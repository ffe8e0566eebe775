import { CodedError } from '../CodedError.ts';
import type { HomeRecordNode } from '../graph/HomeRecords.ts';
import type { HomeRecordChange, HomeRecordState } from '../homeRecords.ts';
import { type BindingEvent, bindingLifecycle } from './binding.ts';
import { type FirmwareEvent, firmwareLifecycle } from './firmware.ts';
import { type IncidentEvent, incidentLifecycle } from './incident.ts';
import { type Lifecycle, step } from './step.ts';

/** What can be done with a thing of a home. */
type RecordEvent = BindingEvent | FirmwareEvent | IncidentEvent;

const LIFECYCLES = {
  binding: bindingLifecycle,
  firmware: firmwareLifecycle,
  incident: incidentLifecycle,
} as unknown as Readonly<Record<HomeRecordNode['record']['kind'], Lifecycle<HomeRecordState, RecordEvent>>>;

type Move = Pick<Extract<HomeRecordChange, { kind: 'record_moved' }>, 'by' | 'at' | 'responsible' | 'report'> & {
  readonly event: RecordEvent;
  readonly note?: string | null;
};

/**
 * The change that moves a binding, a firmware update or an incident. Throws `twin:<kind>.move_refused` when its lifecycle
 * does not allow it.
 */
export function moveRecord({ record, state }: HomeRecordNode, { event, note = null, ...act }: Move): HomeRecordChange {
  const next = step(LIFECYCLES[record.kind], state, event);
  if (next.kind === 'moved') {
    return { kind: 'record_moved', home: record.home, record: record.id, move: event, to: next.to, note, ...act };
  }
  throw new CodedError(`twin:${record.kind}.move_refused`, `cannot ${event} a ${record.kind} that is ${next.from}`, {
    hint: next.allowed.length > 0 ? `what is ${next.from} allows: ${next.allowed.join(', ')}` : 'its life is over',
  });
}
