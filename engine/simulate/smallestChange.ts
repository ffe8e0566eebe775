import { canonicalJson } from '../canonicalJson.ts';
import { combine, type Decided } from '../combine.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { ReadSet } from '../rego/readSet.ts';
import type { SmallestChange } from './ImpactReport.ts';
import { witnessChanges } from './witnessChanges.ts';

/**
 * The first single change of a witness's input, the likeliest first, with which the proposed bundle decides as the baseline
 * does on the witness itself; failing that, the first with which it decides otherwise at all. Each that is told was
 * evaluated. Where outcomes are equal before and after, what the obligations are counts too.
 */
export function smallestChange(
  input: PolicyInput,
  {
    before,
    after,
    proposed,
  }: { readonly before: Decided; readonly after: Decided; readonly proposed: PolicyEvaluator },
): SmallestChange {
  const tell = before.outcome === after.outcome ? outcomeAndObligations : outcomeAlone;
  const [was, is] = [tell(before), tell(after)];
  let other: SmallestChange | null = null;
  let tried = 0;
  for (const change of witnessChanges(input, after)) {
    // What the bundle cannot read changes nothing.
    if (!isRead(change.path, proposed.readSet)) continue;
    const decided = combine(proposed.evaluate(change.input));
    const now = tell(decided);
    tried += 1;
    if (now === is) continue;
    const { path, from, to, condition } = change;
    const { outcome, obligations } = decided;
    const flip = { kind: 'flips', path, from, to, condition, outcome, obligations } as const;
    if (now === was) return { ...flip, restores: true };
    other ??= { ...flip, restores: false };
  }
  return other ?? { kind: 'none', tried, reason: 'no change of one fact alone leads to another decision' };
}

function outcomeAlone({ outcome }: Decided): string {
  return outcome;
}

function outcomeAndObligations({ outcome, obligations }: Decided): string {
  return canonicalJson({ outcome, obligations });
}

function isRead(path: string, readSet: ReadSet): boolean {
  const keys = path.split('.');
  return readSet.some((read) =>
    keys.every((key, at) => read[at] === undefined || read[at] === '*' || read[at] === key),
  );
}
