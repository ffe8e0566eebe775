import type { Problem as PolicyProblem } from '../engine/rego/Compiled.ts';
import { CodedError, type Place } from '../twin/CodedError.ts';
import { formatPlace } from './reportError.ts';

/** Something wrong in a document of the repository, in the form that commands print. */
export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly place?: Place;
  readonly hint?: string;
};

/** The problem that an expected failure tells of; anything else is a bug and is thrown on. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof CodedError)) throw error;
  const { code, message, place, hint } = error;
  return { code, message, ...(place && { place }), ...(hint !== undefined && { hint }) };
}

/** A problem of the Rego compiler in the common form. */
export function problemOfPolicy({ code, message, file, row, col }: PolicyProblem): Problem {
  if (file === undefined) return { code, message };
  return { code, message, place: { file, ...(row && { line: row }), ...(col && { column: col }) } };
}

/** `file:line:column: message`, as editors and compilers write it, with the hint below. */
export function formatProblem({ message, place, hint }: Problem): string {
  const where = place ? `${formatPlace(place)}: ` : '';
  return `${where}${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`;
}
