import type { Changes } from '../rego/composeDraft.ts';
import type { PolicyDates } from '../rego/policyDates.ts';

/** A package that changes nothing at an instant, and from when until when it does. */
export type Sleeper = { readonly package: string; readonly from: string; readonly until: string | null };

/** What of a draft does not hold at an instant: nobody is to take it for harmless. */
export function notInForce(
  { changes, dates }: { readonly changes: Changes; readonly dates?: ReadonlyMap<string, PolicyDates> },
  instant: number,
): readonly Sleeper[] {
  return [...changes.added, ...changes.replaced].flatMap(({ package: name }) => {
    const known = dates?.get(name);
    if (!known || holds(known, instant)) return [];
    const until = Number.isFinite(known.repealed) ? new Date(known.repealed).toISOString() : null;
    return [{ package: name, from: new Date(known.inForce).toISOString(), until }];
  });
}

/** Whether a policy is in force at an instant. */
export function holds({ inForce, repealed }: PolicyDates, instant: number): boolean {
  return inForce <= instant && instant < repealed;
}
