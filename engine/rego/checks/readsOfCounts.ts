import type { Problem } from '../Compiled.ts';
import { type Checkable, type PolicyCheck, problemAt } from './PolicyCheck.ts';
import type { Program, ProgramRule } from './Program.ts';
import { callOf, type Term, termsIn, textOf } from './Syntax.ts';

const COUNTS = new Set(['count', 'sum', 'product']);
const HINT =
  'homes with equal inputs are decided as one, and a number would tell them apart: ask with `some` or `every`';

/** Counts of what the input holds, and what stands at a place of a list, which is a count too. */
export const readsOfCounts: PolicyCheck = (of) =>
  of.program.rules.flatMap((rule) =>
    [...termsAndCalls(rule)].flatMap((part): readonly Problem[] => {
      const call = callOf(part);
      const at = Array.isArray(part) ? call?.operator.location : (part as Term).location;
      if (call && COUNTS.has(textOf(call.operator)) && call.args.some((arg) => isOfInput(arg, rule, of)))
        return [counted(rule, at, `\`${textOf(call.operator)}\` counts what the input holds`)];
      return 'type' in part && isPosition(part, rule, of)
        ? [counted(rule, at, `\`${textOf(part)}\` reads one place of a list`)]
        : [];
    }),
  );

function counted(rule: ProgramRule, at: Parameters<typeof problemAt>[1], message: string): Problem {
  return problemAt(rule, at, { code: 'policy:reads.count', message, hint: HINT });
}

function* termsAndCalls(rule: ProgramRule): Generator<Term | readonly Term[]> {
  yield* termsIn(rule.syntax);
  yield* statementCalls(rule.syntax);
}

/** Calls that are statements, whose operator and arguments stand side by side. */
function* statementCalls(node: unknown): Generator<readonly Term[]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node) && 'terms' in node && Array.isArray(node.terms)) yield node.terms as readonly Term[];
  for (const value of Array.isArray(node) ? node : Object.values(node)) yield* statementCalls(value);
}

function isPosition(term: Term, rule: ProgramRule, { program, shapes }: Checkable): boolean {
  if (term.type !== 'ref' || !term.value.some(({ type }) => type === 'number')) return false;
  if (program.meaningOf(term, rule).kind === 'input') return true;
  const [head] = term.value;
  return head !== undefined && (shapes.ofTerm.get(term)?.nodes.size ?? 0) > 0;
}

/** Whether a value is read of the input, straight or by rules and names. */
function isOfInput(part: Term, rule: ProgramRule, of: Checkable): boolean {
  return [...termsIn(part)].some((term) => {
    if (term.type !== 'ref' && term.type !== 'var') return false;
    const meaning = of.program.meaningOf(term, rule);
    if (meaning.kind === 'input') return true;
    if (meaning.kind === 'rule') return readsInput(meaning.path, of.program, new Set());
    const shape = of.shapes.ofTerm.get(term);
    return shape !== undefined && (shape.nodes.size > 0 || shape.element.nodes.size > 0);
  });
}

function readsInput(path: string, program: Program, seen: Set<string>): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  return (program.byPath.get(path) ?? []).some((rule) =>
    program.termsOf(rule).some((term) => {
      if (term.type !== 'ref' && term.type !== 'var') return false;
      const meaning = program.meaningOf(term, rule);
      return meaning.kind === 'input' || (meaning.kind === 'rule' && readsInput(meaning.path, program, seen));
    }),
  );
}
