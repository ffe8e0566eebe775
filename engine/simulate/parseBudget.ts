import type { ValidateFunction } from 'ajv';
import { CodedError } from '../../twin/CodedError.ts';
import { DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import { toldWithPlace } from '../documents/toldWithPlace.ts';
import { budgetSchema } from './budgetSchema.ts';
import type { Limit } from './Limit.ts';

/**
 * Reads a budget, in YAML or JSON: limits that a change must keep to. Throws `scenario:budget.invalid` with all problems, each
 * with its place.
 *
 * @param file the name that problems show
 *
 * @example
 * parseBudget('limits: [{ measure: newly_raw, at_most: { homes: 10 }, category: behaviour }]', 'budget.yaml');
 */
export function parseBudget(text: string, file: string): readonly Limit[] {
  const source = new DataSource(file, text, 'scenario');
  fits ??= schemaCheck(budgetSchema);
  if (fits(source.value)) return (source.value as { readonly limits: readonly Limit[] }).limits;
  const problems = schemaProblems(source, fits);
  throw new CodedError('scenario:budget.invalid', `the budget has ${problems.length} problem(s)`, {
    place: problems[0]?.place ?? { file },
    hint: problems.map(toldWithPlace).join('\n'),
  });
}

let fits: ValidateFunction | undefined;
