import type {
  ImpactCounts,
  ImpactKey,
  ImpactLine,
  ObservedImpact,
  PredictedImpact,
} from '../../trust/activations/RolloutRecord.ts';

/** Shares of the cells that either bundle allows, from 0 to 1; of the newly denied, of those that the former allows. */
export type ImpactShares = { readonly changed: number; readonly newlyDenied: number; readonly newlyRaw: number };

/** A line of what was simulated beside what then happened. */
export type ImpactComparison = {
  readonly of: ImpactKey;
  readonly predicted: ImpactShares | null;
  readonly observed: ImpactShares;
  readonly cells: { readonly predicted: number; readonly observed: number };
  /** Null where the two cannot be compared; then `because` says why. */
  readonly agrees: boolean | null;
  readonly because: 'not_simulated' | 'not_asked_for' | 'few_cells' | null;
};

/** Shares that differ by more do not agree. */
export const AGREEMENT = 0.05;
/** Of fewer cells a share says nothing. */
const FEW_CELLS = 30;

/**
 * Holds what then happened against what was simulated, for each kind of question that was asked. A simulation asks for
 * every property of every home alike and people do not; so shares are compared within one category, and agree when they
 * are no more than `AGREEMENT` apart. What the simulation says never happens must not happen at all.
 */
export function compareImpact(predicted: PredictedImpact, observed: ObservedImpact): readonly ImpactComparison[] {
  const byKey = new Map(predicted.lines.map((line) => [keyOf(line.of), line]));
  const asked = new Set(predicted.asked.map((one) => keyOf(one)));
  return observed.lines.map(({ of, counts }) => {
    const { resource, category: _, ...asker } = of;
    const simulated = byKey.get(keyOf(of));
    const cells = { predicted: simulated?.counts.cells ?? 0, observed: counts.cells };
    const shares = simulated ? sharesOf(simulated.counts) : null;
    const line = { of, predicted: shares, observed: sharesOf(counts), cells };
    if (resource !== 'property') return { ...line, agrees: null, because: 'not_simulated' };
    if (!asked.has(keyOf(asker))) return { ...line, agrees: null, because: 'not_asked_for' };
    return judged(line, simulated);
  });
}

function judged(
  line: Omit<ImpactComparison, 'agrees' | 'because'>,
  simulated: ImpactLine | undefined,
): ImpactComparison {
  // What neither bundle allows of the simulated cells has no line; then nothing can change.
  const predicted = line.predicted ?? { changed: 0, newlyDenied: 0, newlyRaw: 0 };
  const pairs = (['changed', 'newlyDenied', 'newlyRaw'] as const).map(
    (share) => [predicted[share], line.observed[share]] as const,
  );
  const impossible = pairs.some(([before, after]) => before === 0 && after > 0);
  if (impossible) return { ...line, agrees: false, because: null };
  if (simulated === undefined || line.cells.observed < FEW_CELLS)
    return { ...line, agrees: null, because: 'few_cells' };
  return { ...line, agrees: pairs.every(([before, after]) => Math.abs(before - after) <= AGREEMENT), because: null };
}

function sharesOf({ allowed, allowedBefore, changed, newlyDenied, newlyRaw }: ImpactCounts): ImpactShares {
  return {
    changed: share(changed, allowed),
    newlyDenied: share(newlyDenied, allowedBefore),
    newlyRaw: share(newlyRaw, allowed),
  };
}

function share(count: number, among: number): number {
  return among === 0 ? 0 : count / among;
}

function keyOf(of: Partial<ImpactKey>): string {
  const { tier, organisation, action, purpose, resource, category } = of;
  return [tier, organisation, action, purpose, resource, category].join();
}
