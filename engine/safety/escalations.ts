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

/** In how many milliseconds an alarm is next told to somebody that has waited for so many; null when nobody is left. */
export function untilEscalation(node: AlarmNode, plan: EscalationPlan, waited: number): number | null {
  const [next] = stepsAhead(node, plan);
  return next ? Math.max(0, next.after - waited) : null;
}

/**
 * For how many milliseconds an alarm that is found at a start has waited, seen from `now`; null when it is over a day, and
 * it is left alone. It is never less than to the step of the plan that was told last, whatever was done to a clock.
 */
export function waitedBefore(node: AlarmNode, plan: EscalationPlan, now: number): number | null {
  const sinceRaised = now - Date.parse(node.alarm.raisedAt);
  if (sinceRaised >= HORIZON_MS) return null;
  const told = plan[classOf(node.alarm.kind)].filter(({ to }) => node.escalations.some((each) => each.to === to));
  return Math.max(0, sinceRaised, ...told.map(({ after }) => after));
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
