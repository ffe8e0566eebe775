import type { Change } from '../../twin/changes.ts';
import type { AlarmNode } from '../../twin/graph/TwinGraph.ts';
import { classOf, isSilent } from './alarmClass.ts';
import type { EscalationPlan, EscalationStep } from './escalationPlan.ts';

/** An alarm that nobody saw in a day was told to all long ago, or comes from before there were plans. */
const HORIZON_MS = 86_400_000;

/** The next telling of an alarm, as of the instant `at`; null when there is none. What was told once is not told again. */
export function nextTelling(node: AlarmNode, plan: EscalationPlan, at: number): Change | null {
  const { id: alarm, home } = node.alarm;
  const [next] = stepsAhead(node, plan);
  return next ? { kind: 'alarm_escalated', home, alarm, to: next.to, at: new Date(at).toISOString() } : null;
}

/**
 * In how many milliseconds an alarm is next told to somebody, seen from `now`; null when nobody is left, somebody has
 * acknowledged it, or it is a day old. It is never longer than from
 * one step of the plan to the next, whatever was done to a clock.
 */
export function untilEscalation(node: AlarmNode, plan: EscalationPlan, now: number): number | null {
  if (now - raisedAt(node) >= HORIZON_MS) return null;
  const [next] = stepsAhead(node, plan);
  if (!next) return null;
  const told = plan[classOf(node.alarm.kind)].filter(({ to }) => node.escalations.some((each) => each.to === to));
  const since = Math.max(0, ...told.map(({ after }) => after));
  return Math.min(next.after - since, Math.max(0, instantOf(node, next) - now));
}

function stepsAhead(node: AlarmNode, plan: EscalationPlan): readonly EscalationStep[] {
  const { alarm, state, escalations } = node;
  if (state !== 'raised') return [];
  return plan[classOf(alarm.kind)].filter(({ to }) => {
    if (escalations.some((told) => told.to === to)) return false;
    // A drill calls nobody from outside; of a hold-up nothing shows in the home.
    if (alarm.drill !== undefined && to === 'responders') return false;
    return !(isSilent(alarm.kind) && to === 'residents');
  });
}

function instantOf(node: AlarmNode, { after }: EscalationStep): number {
  return raisedAt(node) + after;
}

function raisedAt({ alarm }: AlarmNode): number {
  return Date.parse(alarm.raisedAt);
}
