import type { ClauseRegister } from '../../clauses/ClauseRegister.ts';
import type { Problem } from '../Compiled.ts';
import type { PolicyProblemCode } from './codes.ts';
import type { SchemaNode } from './InputSchema.ts';
import type { Shapes } from './inferShapes.ts';
import type { Program, ProgramRule } from './Program.ts';
import type { At } from './Syntax.ts';

/** What a check may look at. */
export type Checkable = {
  readonly program: Program;
  readonly shapes: Shapes;
  readonly input: SchemaNode;
  readonly register: ClauseRegister;
  /** Whether a rule is one that is asked about, or stands beside those: a draft is not told of what it did not write. */
  readonly focus: (rule: ProgramRule) => boolean;
  /** Whether all of every file was read: what is missing elsewhere may stand in what does not parse. */
  readonly whole: boolean;
};

/** Looks for one kind of mistake. Checks know nothing of each other, and their order does not matter. */
export type PolicyCheck = (of: Checkable) => readonly Problem[];

/** A problem without its place. */
export type Told = Pick<Problem, 'message' | 'hint' | 'fix'> & { readonly code: PolicyProblemCode };

/** A problem at a place in the file of a rule. */
export function problemAt(
  { file, at: ruleAt }: Pick<ProgramRule, 'file' | 'at'>,
  at: At | undefined,
  told: Told,
): Problem {
  const { row, col } = at ?? ruleAt;
  return { ...told, file, row, col };
}
