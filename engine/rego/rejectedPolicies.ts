import { CodedError } from '../../twin/CodedError.ts';
import type { Problem } from './Compiled.ts';

/** The failure of policies that had to be right: at the place of their first problem, with all of them as its hint. */
export function rejectedPolicies(what: string, problems: readonly Problem[]): CodedError {
  const [first] = problems;
  const place = {
    ...(first?.file && { file: first.file }),
    ...(first?.row && { line: first.row }),
    ...(first?.col && { column: first.col }),
  };
  return new CodedError('policy:bundle.invalid', `${what} have ${problems.length} problem(s)`, {
    ...(first?.file && { place }),
    hint: problems.map(({ file, row, message }) => `${file ?? ''}:${row ?? ''}: ${message}`).join('\n'),
  });
}
