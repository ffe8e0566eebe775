import { type PolicyCheck, problemAt } from './PolicyCheck.ts';
import type { Program, ProgramRule } from './Program.ts';

/** Helper rules that nothing which decides uses, neither straight nor by others. */
export const unusedRules: PolicyCheck = ({ program, whole }) => {
  if (!whole) return [];
  const used = new Set<string>();
  for (const rule of program.rules) if (rule.kind !== null || isEntrypoint(rule)) follow(rule.path, program, used);
  return [...program.byPath]
    .filter(([path]) => !used.has(path))
    .map(([path, [first]]) =>
      problemAt(first!, first!.at, {
        code: 'policy:rule.unused',
        message: `nothing that decides uses \`${path}\``,
        hint: 'take it out, or use it',
      }),
    );
};

function isEntrypoint({ syntax }: ProgramRule): boolean {
  return syntax.annotations?.some(({ entrypoint }) => entrypoint) === true;
}

function follow(path: string, program: Program, used: Set<string>): void {
  if (used.has(path)) return;
  used.add(path);
  for (const rule of program.byPath.get(path) ?? []) {
    for (const term of program.termsOf(rule)) {
      if (term.type !== 'ref' && term.type !== 'var') continue;
      const meaning = program.meaningOf(term, rule);
      if (meaning.kind === 'rule' && meaning.path !== path) follow(meaning.path, program, used);
    }
  }
}
