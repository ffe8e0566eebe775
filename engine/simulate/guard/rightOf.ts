import type { AreaLevel } from '../../../twin/words.ts';
import type { AskedDecision } from '../../Decision.ts';
import { allowsWhole, isSound } from '../../fulfil.ts';
import type { Aggregate } from '../../obligations/aggregate.ts';

/** What somebody may know of the homes of an area that a simulation counts. */
export type Right =
  | { readonly kind: 'exact' }
  /** Fixed tables under noise: no figure below `k` homes, no area finer than `level`. */
  | { readonly kind: 'guarded'; readonly k: number; readonly level: AreaLevel }
  | { readonly kind: 'none' };

/**
 * The right that a decision on reading a simulation gives. Exact counts take a decision that allows the whole of it, and
 * tables one for statistics that says how many homes and how fine an area; whatever else it says gives nothing.
 */
export function rightOf(decision: Pick<AskedDecision, 'outcome' | 'obligations'>): Right {
  if (!isSound(decision)) return { kind: 'none' };
  if (allowsWhole(decision)) return { kind: 'exact' };
  const aggregate = decision.obligations.find((one): one is Aggregate => one.type === 'aggregate');
  // One state of the homes a day is what there is: an obligation for a shorter time is met by it.
  if (decision.outcome !== 'aggregate' || !aggregate) return { kind: 'none' };
  return { kind: 'guarded', k: aggregate.k, level: aggregate.area };
}
