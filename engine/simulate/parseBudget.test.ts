import { expect, it } from 'vitest';
import { CodedError } from '../../twin/CodedError.ts';
import { parseBudget } from './parseBudget.ts';

function problemOf(text: string): CodedError {
  try {
    parseBudget(text, 'b.yaml');
  } catch (error) {
    if (error instanceof CodedError) return error;
  }
  throw new Error('the budget is taken');
}

it('reads limits in YAML and JSON', () => {
  const limits = [{ measure: 'newly_raw', at_most: { share_of_homes: 0.01, cells: 10 }, area: 'district-1' }];
  expect(
    parseBudget(
      'limits: [{ measure: newly_raw, at_most: { share_of_homes: 0.01, cells: 10 }, area: district-1 }]',
      'b.yaml',
    ),
  ).toEqual(limits);
  expect(parseBudget(JSON.stringify({ limits }), 'b.json')).toEqual(limits);
});

it('tells every problem with its place', () => {
  const text =
    'limits:\n  - measure: newly_row\n    at_most: { cels: 3 }\n  - measure: widened\n    at_most: { share_of_cells: 1.5 }\n';
  const { code, place, hint } = problemOf(text);
  expect([code, place?.line]).toEqual(['scenario:budget.invalid', 2]);
  expect(hint?.split('\n')).toEqual([
    'b.yaml:2:14 /limits/0/measure: `newly_row` is none of the words allowed here (did you mean `newly_raw`?)',
    'b.yaml:3:16 /limits/0/at_most/cels: `cels` has no meaning here (did you mean `cells`?)',
    'b.yaml:5:32 /limits/1/at_most/share_of_cells: `1.5` is more than 1',
  ]);
});
