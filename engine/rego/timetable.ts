import { invariant } from '../../twin/CodedError.ts';
import type { Interval } from './intervals.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import type { PolicyDates } from './policyDates.ts';

/** The policies at one instant. */
export type InForce = {
  /** Evaluates those that are in force. */
  readonly evaluator: PolicyEvaluator;
  /** What is known already to hold later, in order: evaluated and reported, without effect. */
  readonly announced: readonly Announced[];
};

/** The policies from a later instant on. */
type Announced = { readonly from: number; readonly evaluator: PolicyEvaluator };

type TimetableOptions = {
  readonly intervals: readonly Interval[];
  readonly dates: ReadonlyMap<string, PolicyDates>;
  /** Opens the evaluator of an interval; it is called once for each that is asked. */
  readonly open: (interval: Interval) => PolicyEvaluator;
};

/**
 * Makes the answer to which policies hold at an instant (milliseconds since 1970). The one that was asked last is
 * remembered until the next date, so that asking about now costs a comparison.
 */
export function timetable({ intervals, dates, open }: TimetableOptions): (instant: number) => InForce {
  const cuts = [...dates.values()].flatMap(({ announced, inForce, repealed }) => [announced, inForce, repealed]);
  const opened = new Map<Interval, PolicyEvaluator>();
  let last: { readonly from: number; readonly until: number; readonly inForce: InForce } | undefined;
  return (instant) => {
    if (last && last.from <= instant && instant < last.until) return last.inForce;
    const from = Math.max(Number.NEGATIVE_INFINITY, ...cuts.filter((cut) => cut <= instant));
    const until = Math.min(Number.POSITIVE_INFINITY, ...cuts.filter((cut) => cut > instant));
    last = { from, until, inForce: inForceAt(instant) };
    return last.inForce;
  };

  function inForceAt(instant: number): InForce {
    const current = intervals.find(({ from, until }) => from <= instant && instant < until);
    invariant(current, 'the intervals have no gap');
    const later = intervals.slice(intervals.indexOf(current) + 1);
    // Beyond a policy that nobody has heard of yet, nothing is known to hold.
    const unheard = later.findIndex(({ policies }) => policies.some((policy) => !isKnown(policy, instant)));
    const announced = later.slice(0, unheard < 0 ? undefined : unheard);
    return {
      evaluator: evaluatorOf(current),
      announced: announced.map((interval) => ({ from: interval.from, evaluator: evaluatorOf(interval) })),
    };
  }

  function isKnown(policy: string, instant: number): boolean {
    return (dates.get(policy)?.announced ?? instant) <= instant;
  }

  function evaluatorOf(interval: Interval): PolicyEvaluator {
    let evaluator = opened.get(interval);
    if (!evaluator) {
      evaluator = open(interval);
      opened.set(interval, evaluator);
    }
    return evaluator;
  }
}
