import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { Change } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';

/** What the audit is to hold of changes to alarms and drills, as they are about to happen; of other changes nothing. */
export function alarmEntries(graph: TwinGraph, changes: readonly Change[]): readonly AuditEntry[] {
  return changes.flatMap((change): readonly AuditEntry[] => {
    switch (change.kind) {
      case 'alarm_transitioned':
        return [{ kind: 'alarm', subject: change.by, to: change.to, ...about(graph, change) }];
      case 'alarm_escalated':
        return [{ kind: 'alarm', subject: null, to: 'escalated', told: change.to, ...about(graph, change) }];
      case 'drill_announced': {
        const { home, id: drill, by: subject } = change.drill;
        return [{ kind: 'drill', subject, home, drill, to: 'announced' }];
      }
      case 'drill_transitioned':
        return [{ kind: 'drill', subject: change.by, home: change.home, drill: change.drill, to: change.to }];
      default:
        return [];
    }
  });
}

function about(graph: TwinGraph, { home, alarm }: { readonly home: string; readonly alarm: string }) {
  const drill = graph.homes.get(home)?.alarms.get(alarm)?.alarm.drill;
  return { home, alarm, rule: null, ...(drill !== undefined && { drill }) };
}
