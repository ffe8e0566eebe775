import type { Change } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { RuleEvent } from './RuleEvent.ts';

/** So many times rules may wake one another by what one event brings about. */
export const LONGEST_CHAIN = 8;

/** What happens in a home when its mode changes, or an alarm: rules may wait for that, whoever brought it about. */
export function* homeEvents(changes: readonly Change[], { graph, now }: Sources): Generator<RuleEvent> {
  for (const change of changes) {
    switch (change.kind) {
      case 'mode_changed':
        yield { kind: 'mode_changed', home: change.home, mode: change.mode, at: Date.parse(change.at) };
        break;
      case 'alarm_raised': {
        const { id: alarm, home, kind: alarmKind, device, raisedAt, drill } = change.alarm;
        // A drill tries alarms, not what follows them.
        if (drill !== undefined) break;
        yield { kind: 'alarm_changed', home, alarm, alarmKind, device, to: 'raised', at: Date.parse(raisedAt) };
        break;
      }
      case 'alarm_transitioned': {
        const { home, alarm, to } = change;
        const { kind: alarmKind, device, drill } = graph.alarm(home, alarm).alarm;
        if (drill !== undefined) break;
        yield { kind: 'alarm_changed', home, alarm, alarmKind, device, to, at: now };
        break;
      }
      default:
    }
  }
}

/** Whether rules may wait for a change. */
export function wakesRules({ kind }: Change): boolean {
  return kind === 'mode_changed' || kind === 'alarm_raised' || kind === 'alarm_transitioned';
}

type Sources = { readonly graph: Pick<TwinGraph, 'alarm'>; readonly now: number };
