import { InvalidArgumentError } from 'commander';
import { nearest } from '../../engine/clauses/nearest.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import { parseBudget } from '../../engine/simulate/parseBudget.ts';
import { MEASURES, type Measure } from '../../engine/simulate/Scenario.ts';
import { readInput } from '../readInput.ts';

export type LimitOptions = {
  /** Measures of which no cell may be. */
  readonly failOn?: readonly Measure[];
  /** The file of a budget. */
  readonly budget?: string;
};

/** What the command line holds a change against: no cell of some kinds, and a budget. Rejects as `parseBudget` does. */
export async function limitsOf({ failOn = [], budget }: LimitOptions): Promise<readonly Limit[]> {
  const none = failOn.map((measure): Limit => ({ measure, at_most: { cells: 0 } }));
  return budget === undefined ? none : [...none, ...parseBudget(await readInput(budget), budget)];
}

/** Measures in a list with commas, as `--fail-on` takes them. */
export function parseMeasures(text: string): readonly Measure[] {
  return text.split(',').map((word) => {
    const measure = MEASURES.find((known) => known === word.trim());
    if (measure) return measure;
    const [guess] = nearest(word.trim(), MEASURES, 1);
    throw new InvalidArgumentError(
      guess === undefined ? `Allowed choices are ${MEASURES.join(', ')}.` : `(Did you mean ${guess}?)`,
    );
  });
}
