import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { Change } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';

/** What the audit is to hold of bindings, firmware and incidents as they are about to change; of other changes nothing. */
export function recordEntries(graph: TwinGraph, changes: readonly Change[]): readonly AuditEntry[] {
  return changes.flatMap((change): readonly AuditEntry[] => {
    switch (change.kind) {
      case 'record_opened': {
        const { home, record, by: subject } = change;
        return [{ kind: 'record', subject, home, record: record.id, of: record.kind, to: 'opened' }];
      }
      case 'record_moved':
      case 'record_overdue': {
        const of = graph.homes.get(change.home)?.records.get(change.record)?.record.kind;
        if (!of) return [];
        const { home, record } = change;
        const subject = change.kind === 'record_moved' ? change.by : null;
        const to = change.kind === 'record_moved' ? change.to : `${change.what}_overdue`;
        return [{ kind: 'record', subject, home, record, of, to }];
      }
      default:
        return [];
    }
  });
}
