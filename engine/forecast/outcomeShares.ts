import { CensusPlan } from '../census/CensusPlan.ts';
import type { Columns } from '../census/Columns.ts';
import type { Question } from '../census/Question.ts';
import type { PropertyFilter } from '../census/resourceClasses.ts';
import type { ReportedOutcome, Side } from '../census/Transitions.ts';
import { tally } from '../census/tally.ts';
import type { OutcomePoint } from '../simulate/written/timeLine.ts';
import type { Sides } from './CellLedger.ts';

export type SharesOptions = {
  readonly columns: Columns;
  readonly questions: readonly Question[];
  readonly filter: PropertyFilter;
  readonly areaOf: readonly number[];
};

/** Outcomes as they are numbered here, lowest first. */
const LADDER = [
  'denied',
  'withheld',
  'aggregate',
  'pseudonymous',
  'reduced',
  'raw',
] as const satisfies readonly ReportedOutcome[];

/** How many cells have each outcome under both sides, counted by a census of the columns as they are. */
export function outcomeShares(
  { columns, questions, filter, areaOf }: SharesOptions,
  { now, before, after }: Sides,
): OutcomePoint {
  const decided = new CensusPlan(columns, { questions, now, reportAreaOf: areaOf, filter }).decide(before, after);
  const numbers = (side: Side) =>
    decided.transitions.all.map((_, transition) => LADDER.indexOf(decided.transitions.outcome(side, transition)));
  const [from, to] = [numbers('before'), numbers('after')];
  const kind = (of: readonly number[]) => ({ byArea: false, lineOf: (transition: number) => of[transition]! });
  const [beforeLines = [], afterLines = []] = tally(columns, decided, [kind(from), kind(to)]);
  const counts = (lines: typeof beforeLines) =>
    Object.fromEntries(
      LADDER.flatMap((outcome, number) => {
        const cells = lines.filter((line) => line.number === number).reduce((sum, line) => sum + line.cells, 0);
        return cells > 0 ? [[outcome, cells]] : [];
      }),
    );
  return { at: new Date(now).toISOString(), before: counts(beforeLines), after: counts(afterLines) };
}
