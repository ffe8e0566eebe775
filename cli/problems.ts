import type { Fix, Problem as PolicyProblem } from '../engine/rego/Compiled.ts';
import { CodedError, type Place } from '../twin/CodedError.ts';
import { formatPlace } from './reportError.ts';

/** Something wrong in a document of the repository, in the form that commands print. */
export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly place?: Place;
  readonly hint?: string;
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

/** `file:line:column: message`, as editors and compilers write it, with the hint below. */
export function formatProblem({ message, place, hint }: Problem): string {
  const where = place ? `${formatPlace(place)}: ` : '';
  return `${where}${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`;
}
