import { OUTCOMES } from '../../../twin/words.ts';
import type { ReportedOutcome } from '../../census/Transitions.ts';
import type { MatrixLine } from '../ImpactReport.ts';
import { rank } from '../outcomeRank.ts';

/** Outcomes as a report shows them, from the least that is seen to the most. */
export const LADDER: readonly ReportedOutcome[] = ['denied', 'withheld', ...OUTCOMES.slice(1)];

/** Which way cells go; `obligations` are those that keep their outcome, on other terms. */
export type Direction = 'widened' | 'narrowed' | 'obligations';

/** Cells that go from one outcome to one other, or keep it under other obligations. */
export type Flow = {
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly direction: Direction;
  readonly cells: number;
};

/** What changes in a matrix, by outcome before and after; what it leaves as it is makes no flow. */
export function flowsOf(matrix: readonly MatrixLine[]): readonly Flow[] {
  const flows = new Map<string, Flow>();
  for (const { from, to, obligations, cells } of matrix) {
    const direction = directionOf(from, to);
    if (direction === 'obligations' && obligations.kind === 'unchanged') continue;
    const key = `${from} ${to}`;
    flows.set(key, { from, to, direction, cells: (flows.get(key)?.cells ?? 0) + cells });
  }
  return [...flows.values()];
}

function directionOf(from: ReportedOutcome, to: ReportedOutcome): Direction {
  if (from === to) return 'obligations';
  return rank(to) > rank(from) ? 'widened' : 'narrowed';
}
