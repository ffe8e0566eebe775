import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { Act, Change, Instrument } from '../twin/changes.ts';
import { FIRST_STATES, type TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { EmergencyAccessState, InstrumentState } from '../twin/words.ts';

/** What the audit is to hold of changes of instruments and emergency access: who moved which, and where it stands now. */
export function instrumentEntries(graph: TwinGraph, changes: readonly Change[]): readonly AuditEntry[] {
  return changes.flatMap((change) => {
    if (change.kind === 'instrument_made') {
      return [entryOf(change.instrument, change.act, FIRST_STATES[change.instrument.kind])];
    }
    if (change.kind === 'emergency_access_opened') return [accessEntry({ ...change.access, ...change.act }, 'opened')];
    if (change.kind === 'emergency_access_transitioned') {
      return [accessEntry({ id: change.access, home: change.home, ...change.act }, change.to)];
    }
    if (change.kind !== 'instrument_transitioned') return [];
    return [entryOf(graph.instrument(change.instrument).instrument, change.act, change.to)];
  });
}

function accessEntry(
  { id, home, move, by }: { readonly id: string; readonly home: string } & Act,
  to: EmergencyAccessState,
): AuditEntry {
  return { kind: 'emergency_access', subject: by, home, access: id, move, to };
}

function entryOf(instrument: Instrument, { move, by }: Act, to: InstrumentState): AuditEntry {
  return {
    kind: 'instrument',
    subject: by,
    type: instrument.kind,
    instrument: instrument.id,
    move,
    to,
    number: instrument.kind === 'order' ? instrument.number : null,
  };
}
