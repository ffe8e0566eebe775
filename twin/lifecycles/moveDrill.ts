import { CodedError } from '../CodedError.ts';
import type { Change } from '../changes.ts';
import type { TwinGraph } from '../graph/TwinGraph.ts';
import { drillLifecycle } from './drill.ts';
import { moveAlarm } from './moveAlarm.ts';
import { step } from './step.ts';

/**
 * The changes that start or end a drill, by an account, or by time when `by` is null; its end resets the alarms that it
 * raised. Throws `twin:drill.move_refused` when its lifecycle does not allow it, and `twin:drill.not_found`.
 */
export function moveDrill(
  graph: TwinGraph,
  move: {
    readonly home: string;
    readonly drill: string;
    readonly event: 'start' | 'end';
    readonly by: string | null;
    /** Milliseconds since 1970. */
    readonly at: number;
  },
): readonly Change[] {
  const { home, drill, event, by } = move;
  const at = new Date(move.at).toISOString();
  const next = step(drillLifecycle, graph.drill(home, drill).state, event);
  if (next.kind === 'refused') {
    throw new CodedError('twin:drill.move_refused', `cannot ${event} a drill that is ${next.from}`, {
      hint: next.allowed.length > 0 ? `what is ${next.from} allows: ${next.allowed.join(', ')}` : 'its life is over',
    });
  }
  const moved: Change = { kind: 'drill_transitioned', home, drill, to: next.to, by, at };
  return event === 'end' ? [...resetAlarms(graph, { home, drill, by, at }), moved] : [moved];
}

function resetAlarms(
  graph: TwinGraph,
  { home, drill, by, at }: { home: string; drill: string; by: string | null; at: string },
): readonly Change[] {
  const raised = [...graph.home(home).alarms.values()].filter((node) => node.alarm.drill === drill);
  return raised.flatMap(({ alarm: { id: alarm }, state }): readonly Change[] => {
    if (state === 'reset') return [];
    const reset: Change = { kind: 'alarm_transitioned', home, alarm, to: 'reset', by, at };
    if (state === 'handled') return [reset];
    return [moveAlarm(graph, { home, alarm, event: 'handle', by, at }), reset];
  });
}
