import type { Fix, Problem as PolicyProblem } from '../engine/rego/Compiled.ts';
import { CodedError, type Place } from '../twin/CodedError.ts';
import { formatPlace } from './reportError.ts';

/** Something wrong in a document of the repository, in the form that commands print. */
export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly place?: Place;
  readonly hint?: string;
  /** The other places that it is about. */
  readonly related?: readonly Place[];
  /** What may be meant does not fail a check; everything else does. */
  readonly severity?: 'error' | 'warning';
  /** What to write in the place of as many characters, where the hint is sure enough for a program to offer it. */
  readonly fix?: Fix;
};

/** The problem that an expected failure tells of; anything else is a bug and is thrown on. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof CodedError)) throw error;
  const { code, message, place, hint } = error;
  return { code, message, ...(place && { place }), ...(hint !== undefined && { hint }) };
}

/** A problem of a policy in the common form. */
export function problemOfPolicy({ code, message, file, row, col, hint, fix }: PolicyProblem): Problem {
  return {
    code,
    message,
    ...(file !== undefined && { place: { file, ...(row && { line: row }), ...(col && { column: col }) } }),
    ...(hint !== undefined && { hint }),
    ...(fix && { fix }),
  };
}

/** Whether a check fails by it. */
export function isError({ severity }: Problem): boolean {
  return severity !== 'warning';
}

/** `file:line:column: message`, as editors and compilers write it, with the hint and other places below. */
export function formatProblem(problem: Problem): string {
  const { message, place, hint, related = [] } = problem;
  const where = place ? `${formatPlace(place)}: ` : '';
  const lines = [
    ...related.map((each) => `see: ${formatPlace(each)}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ];
  return [`${where}${isError(problem) ? '' : 'warning: '}${message}`, ...lines].join('\n  ');
}
