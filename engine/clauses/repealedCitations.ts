import { parseDate } from '../rego/policyDates.ts';
import type { Citation } from './Citation.ts';
import type { ClauseRegister } from './ClauseRegister.ts';

/** A citation of a clause that is law no more. */
export type RepealedCitation = Citation & { readonly repealed: string };

/**
 * The citations of clauses that are repealed at an instant (milliseconds since 1970): what they enforce rests on nothing
 * then. A policy that is not in force itself is left alone: it was written under the clause.
 *
 * @param inForce whether a policy is in force at the instant, by its package
 */
export function repealedCitations(
  register: ClauseRegister,
  citations: readonly Citation[],
  { instant, inForce }: { readonly instant: number; readonly inForce: (policy: string) => boolean },
): readonly RepealedCitation[] {
  return citations.flatMap((citation) => {
    const repealed = register.byId.get(citation.clause)?.repealed;
    if (repealed === undefined || (parseDate(repealed) ?? Number.NEGATIVE_INFINITY) > instant) return [];
    const [, policy] = /^policy:([^/]+)/.exec(citation.by) ?? [];
    return policy !== undefined && !inForce(policy) ? [] : [{ ...citation, repealed }];
  });
}
