import { nearest } from '../../clauses/nearest.ts';
import type { Problem } from '../Compiled.ts';
import { type PolicyCheck, problemAt } from './PolicyCheck.ts';
import type { Program, ProgramRule } from './Program.ts';
import { type At, type Term, textOf } from './Syntax.ts';

/** Written when policies are loaded, from all of them (`compositionModule.ts`). */
const COMPOSITION = 'composition';

/** Names of rules and packages that are not there, and documents besides the policies: numbers and homes of others. */
export const references: PolicyCheck = ({ program, whole }) =>
  whole ? [...importProblems(program), ...program.rules.flatMap((rule) => ruleProblems(rule, program))] : [];

function importProblems(program: Program): readonly Problem[] {
  return [...program.files].flatMap(([file, { imports }]) =>
    (imports ?? []).flatMap(({ path, location = { row: 1, col: 1 } }): readonly Problem[] => {
      const rule = { file, at: location, locals: new Set<string>(), package: '' } as unknown as ProgramRule;
      const meaning = program.meaningOf(path, rule);
      return meaning.kind === 'document' && path.type === 'ref' && path.value[0]?.value === 'data'
        ? [unknownDocument(rule, path.location, meaning.path, program)]
        : [];
    }),
  );
}

function ruleProblems(rule: ProgramRule, program: Program): readonly Problem[] {
  return program.termsOf(rule).flatMap((term): readonly Problem[] => {
    if (term.type !== 'ref') return [];
    const meaning = program.meaningOf(term, rule);
    // What an import names is told where it is imported.
    const isDirect = term.value[0]?.value === 'data';
    if (meaning.kind === 'document' && isDirect) return documentProblems(rule, term, meaning.path, program);
    if (meaning.kind !== 'package') return [];
    const [name] = meaning.rest;
    if (name?.type === 'string') return [unknownRule(rule, name, meaning.path, program)];
    return [wholePackage(rule, term, meaning.path)];
  });
}

function documentProblems(rule: ProgramRule, term: Term, path: string, program: Program): readonly Problem[] {
  if (path === COMPOSITION || path.startsWith(`${COMPOSITION}.`)) return [];
  return [unknownDocument(rule, term.location, path, program)];
}

function unknownRule(rule: ProgramRule, name: Term, of: string, program: Program): Problem {
  const known = [...new Set(program.rules.filter((each) => each.package === of).map((each) => each.name))];
  const [guess] = nearest(String(name.value), known, 1);
  return problemAt(rule, name.location, {
    code: 'policy:reference.unknown',
    message: `the package \`${of}\` has no rule \`${name.value}\``,
    ...(guess === undefined
      ? known.length > 0 && { hint: `it has ${known.map((each) => `\`${each}\``).join(', ')}` }
      : { hint: `did you mean \`${guess}\`?`, fix: { length: String(name.value).length, text: guess } }),
  });
}

function unknownDocument(rule: ProgramRule, at: At | undefined, path: string, program: Program): Problem {
  const [guess] = nearest(path, [...program.packages], 1);
  return problemAt(rule, at, {
    code: 'policy:reads.document',
    message: `\`data.${path}\` is no policy, and policies read nothing else: neither numbers of homes nor other homes`,
    hint: guess === undefined ? 'what is known of this home stands in `input`' : `did you mean \`data.${guess}\`?`,
  });
}

function wholePackage(rule: ProgramRule, term: Term, path: string): Problem {
  return problemAt(rule, term.location, {
    code: 'policy:reads.document',
    message: `\`${textOf(term)}\` reads all of the package \`${path}\``,
    hint: 'name the rule that you need',
  });
}
