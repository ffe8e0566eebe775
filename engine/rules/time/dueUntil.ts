import type { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import type { TemporalState } from '../TemporalState.ts';
import type { RuleTimers } from './RuleTimers.ts';

type Waiting = { readonly graph: TwinGraph; readonly timers: RuleTimers; readonly temporal: TemporalState };

/** When rules are woken by time next, in milliseconds since 1970; infinity when they are not. */
export function nextDueOf({ graph, timers, temporal }: Waiting): number {
  return Math.min(timers.nextDue(graph), temporal.nextDue);
}

/** What rules are woken for by now, earliest first. */
export function dueNow({ graph, timers, temporal }: Waiting, now: number): readonly RuleEvent[] {
  const due = [...timers.take(graph, now), ...temporal.lasting(now, graph)];
  return due.sort((a, b) => a.at - b.at);
}

/** The same where time passes in leaps: instant by instant, as whoever reacts may begin to wait for something in between. */
export function* dueUntil(waiting: Waiting, now: number): Generator<RuleEvent> {
  for (let next = nextDueOf(waiting); next <= now; next = nextDueOf(waiting)) yield* dueNow(waiting, next);
}
