import type { PolicyDates } from './policyDates.ts';

/** A span of time in which the same policies are in force: from an instant on until just before another. */
export type Interval = {
  readonly from: number;
  readonly until: number;
  /** Sorted. */
  readonly policies: readonly string[];
  /** The rule that yields the verdict of these policies. */
  readonly entrypoint: string;
};

/** The entry point of the last interval: of what holds when every date has come. */
export const LAST_ENTRYPOINT = 'main/verdict';

/**
 * The intervals that the dates of policies cut, in order and without a gap. A policy without dates is always in force: it
 * does not load, but what else is wrong with it can be told.
 */
export function intervalsOf(policies: readonly string[], dates: ReadonlyMap<string, PolicyDates>): readonly Interval[] {
  const instants = policies.flatMap((policy) => {
    const known = dates.get(policy);
    return known ? [known.inForce, known.repealed] : [];
  });
  const cuts = [...new Set(instants)].filter(Number.isFinite).sort((a, b) => a - b);
  return [Number.NEGATIVE_INFINITY, ...cuts].map((from, index) => ({
    from,
    until: cuts[index] ?? Number.POSITIVE_INFINITY,
    policies: [...policies].sort().filter((policy) => isInForce(dates.get(policy), from)),
    entrypoint: cuts[index] === undefined ? LAST_ENTRYPOINT : `composition/before_${stamp(cuts[index])}`,
  }));
}

function isInForce(dates: PolicyDates | undefined, instant: number): boolean {
  return dates === undefined || (dates.inForce <= instant && instant < dates.repealed);
}

/** `20260831T160000Z` */
function stamp(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+|\W/g, '');
}
