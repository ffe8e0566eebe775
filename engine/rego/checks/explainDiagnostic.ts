import { nearest } from '../../clauses/nearest.ts';
import type { Problem } from '../Compiled.ts';
import type { Builtin, Diagnostic } from '../CompileRequest.ts';
import type { PolicyProblemCode } from './codes.ts';
import type { Program } from './Program.ts';
import { suggest } from './suggest.ts';

type Explained = Pick<Problem, 'col' | 'hint' | 'fix'> & {
  readonly code: PolicyProblemCode;
  readonly message?: string;
};

/** A problem of OPA's compiler under a code of ours, with what may have been meant. */
export function explainDiagnostic(
  { detail, ...problem }: Diagnostic,
  { program, builtins }: { readonly program: Program; readonly builtins: readonly Builtin[] },
): Problem {
  const { code, message, file } = problem;
  const names = file === undefined ? [] : namesIn(file, program);
  switch (code) {
    case 'rego_parse_error':
      return { ...problem, ...ofSyntax(message) };
    case 'rego_unsafe_var_error':
      return { ...problem, ...ofName(problem, names, program) };
    case 'rego_type_error':
      return { ...problem, ...ofType(message, detail, [...names, ...builtins.map(({ name }) => name)]) };
    case 'rego_recursion_error':
      return { ...problem, code: 'policy:recursion' };
    case 'rego_compiler_gave_up':
      return { ...problem, code: 'policy:compiler.gave_up' };
    default:
      return { ...problem, ...ofCompiler(message) };
  }
}

function ofSyntax(message: string): Explained {
  const code = 'policy:syntax';
  if (message.startsWith('unexpected eof')) return { code, hint: 'a bracket or a quote is not closed' };
  if (message.includes('expected \\n or ; or }')) return { code, hint: 'each condition stands on a line of its own' };
  if (message.includes('rule name'))
    return { code, hint: 'a rule is `name if { .. }` or `name contains value if { .. }`' };
  return { code };
}

function ofName(
  { message, file = '', row = 1, col = 1 }: Problem,
  names: readonly string[],
  program: Program,
): Explained {
  const code = 'policy:name.unknown';
  const name = /^var (\S+) is unsafe/.exec(message)?.[1];
  if (name === undefined) return { code };
  // OPA gives the place of the statement.
  const rest = program.sources
    .get(file)
    ?.split('\n')
    [row - 1]?.slice(col - 1);
  const at = rest?.search(new RegExp(`(?<![\\w.])${name.replaceAll('$', '\\$')}(?!\\w)`)) ?? -1;
  const place = at > 0 ? { col: col + at } : {};
  const told = `nothing is called \`${name}\` here, or nothing gives it a value`;
  const packages = [...program.packages].filter((each) => each.split('.').at(-1) === name);
  if (packages.length > 0) return { code, message: told, ...place, hint: `write \`import data.${packages[0]}\` above` };
  return {
    code,
    message: told,
    ...suggest(
      name,
      names.filter((each) => each !== name),
    ),
  };
}

function ofType(message: string, detail: string | undefined, functions: readonly string[]): Explained {
  const [, kind, name = ''] = /^undefined (function|ref:) ?(\S+)/.exec(message) ?? [];
  if (kind === 'function') {
    const [guess] = nearest(name, functions, 1);
    const told = `there is no function \`${name}\` where policies run`;
    const hint =
      guess === undefined ? 'policies know no clock, no chance and no network' : `did you mean \`${guess}\`?`;
    return { code: 'policy:function.unknown', message: told, hint };
  }
  const hint =
    detail === undefined
      ? {}
      : {
          hint: detail
            .replace(/\s*\n\s*hint: .*/s, '')
            .replace(/\s*\n\s*/g, ', ')
            .replace(/ +:/g, ':'),
        };
  if (kind === 'ref:' && name.startsWith('input')) return { code: 'policy:input.unknown_path', ...hint };
  if (kind === 'ref:') return { code: 'policy:reference.unknown', ...hint };
  return {
    code: 'policy:type',
    message: message === 'match error' ? 'these can never be equal: their types differ' : message,
    ...hint,
  };
}

function ofCompiler(message: string): Explained {
  if (!message.endsWith(' unused')) return { code: 'policy:compile' };
  return {
    code: 'policy:unused',
    hint: message.startsWith('import') ? 'take the import out' : 'write `_` in its place',
  };
}

/** What can be named in a file: its imports, the rules of its package, and the names that its rules declare. */
function namesIn(file: string, program: Program): readonly string[] {
  const rules = program.rules.filter((rule) => rule.file === file);
  const own = program.rules.filter((rule) => rule.package === rules[0]?.package).map(({ name }) => name);
  const locals = rules.flatMap((rule) => [...rule.locals]).filter((name) => !name.startsWith('$'));
  return [...new Set([...program.aliases(file), ...own, ...locals])];
}
