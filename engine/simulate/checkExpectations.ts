import type { Expectation, MatrixLine } from './ImpactReport.ts';
import { rank } from './outcomeRank.ts';
import { type Bound, MEASURES, type Measure, type Scenario } from './Scenario.ts';

/** What of a line is held against a bound. */
type Counted = Pick<MatrixLine, 'from' | 'to' | 'obligations' | 'cells'>;

/** Whether cells that go from one outcome to another are among those that a measure counts. */
export function isCounted(measure: Measure, line: Omit<Counted, 'cells'>): boolean {
  return COUNTS[measure](line);
}

const COUNTS: Readonly<Record<Measure, (line: Omit<Counted, 'cells'>) => boolean>> = {
  changed: ({ from, to, obligations }) => from !== to || obligations.kind === 'changed',
  newly_allowed: ({ from, to }) => from === 'denied' && to !== 'denied',
  newly_denied: ({ from, to }) => from !== 'denied' && to === 'denied',
  newly_raw: ({ from, to }) => from !== 'raw' && to === 'raw',
  widened: ({ from, to }) => rank(to) > rank(from),
  narrowed: ({ from, to }) => rank(to) < rank(from),
};

/** Holds the cells of the matrix against what a scenario expects. */
export function checkExpectations(
  expected: NonNullable<Scenario['expect']>,
  matrix: readonly Counted[],
): readonly Expectation[] {
  return MEASURES.flatMap((measure): Expectation[] => {
    const bound = expected[measure];
    if (bound === undefined) return [];
    const cells = matrix.filter(COUNTS[measure]).reduce((sum, line) => sum + line.cells, 0);
    return [{ measure, expected: bound, cells, met: isMet(bound, cells) }];
  });
}

function isMet(bound: Bound, cells: number): boolean {
  if (typeof bound === 'number') return cells === bound;
  return cells >= (bound.at_least ?? 0) && cells <= (bound.at_most ?? Number.POSITIVE_INFINITY);
}
