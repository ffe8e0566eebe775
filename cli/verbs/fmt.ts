import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { print, printJson } from '../output.ts';
import { formatProblem, type Problem, problemOf, problemOfPolicy } from '../problems.ts';
import { inRepository, repositoryRoot } from '../repositoryRoot.ts';
import type { ExitCode, Verb } from '../Verb.ts';
import { writeAtomically } from '../writeAtomically.ts';

type Options = { readonly check?: true; readonly json?: true };
/** A text that the formatter writes otherwise, and the first line that it changes. */
type Change = { readonly file: string; readonly line: number; readonly text: string };
/** What came of one file; neither where it is as the formatter writes it. */
type Outcome = { readonly change?: Change; readonly problems?: readonly Problem[] };

/** `twinward fmt`: writes policies as OPA's formatter does. */
export const verb: Verb = {
  examples: [
    'twinward fmt                            every policy, test and draft',
    'twinward fmt policies/sharing/grades    those of one folder',
    'twinward fmt --check                    list what is not formatted, write nothing; exits 1',
    'twinward fmt - < draft.rego             standard input to standard output',
  ],
  configure(command) {
    command
      .argument('[path]', 'a .rego file or a folder of them, or - for standard input; the policies unless given')
      .option('--check', 'write nothing; exit 1 when something is not formatted')
      .option('--json', 'print JSON');
  },
  async run(command) {
    const options = command.opts<Options>();
    const [path = join(repositoryRoot, 'policies')] = command.args;
    const compiler = new RegoCompiler();
    try {
      return await (path === '-' ? formatInput(compiler, options) : formatFiles(findFiles(path), compiler, options));
    } finally {
      await compiler.close();
    }
  },
};

async function formatFiles(
  files: readonly string[],
  compiler: RegoCompiler,
  { check, json }: Options,
): Promise<ExitCode> {
  const changes: Change[] = [];
  const problems: Problem[] = [];
  for (const path of files) {
    const outcome = await formatFile(path, compiler, check === true);
    if (outcome.change) changes.push(outcome.change);
    problems.push(...(outcome.problems ?? []));
  }
  if (json) printJson({ files: files.length, changed: changes.map(({ file, line }) => ({ file, line })), problems });
  else print(report(files.length, { changes, problems, check: check === true }));
  return problems.length > 0 || (check && changes.length > 0) ? 1 : 0;
}

/** A file that cannot be read, formatted or written stays as it is and keeps no other from its turn. */
async function formatFile(path: string, compiler: RegoCompiler, check: boolean): Promise<Outcome> {
  try {
    const file = nameOf(path);
    const source = decode(readFileSync(path), file);
    const outcome = await format({ file, source }, compiler);
    if (outcome.change && !check) writeAtomically(path, outcome.change.text);
    return outcome;
  } catch (error) {
    return { problems: [problemOf(readable(error, path))] };
  }
}

async function formatInput(compiler: RegoCompiler, { check, json }: Options): Promise<ExitCode> {
  const file = 'standard input';
  const source = decode(await buffer(process.stdin), file);
  const { change, problems = [] } = await format({ file, source }, compiler);
  if (json) printJson({ changed: change !== undefined, text: change?.text ?? source, problems });
  // An editor puts standard output in the place of its text, so nothing else may stand there.
  else if (problems.length > 0) process.stderr.write(`${problems.map(formatProblem).join('\n')}\n`);
  else if (!check) process.stdout.write(change?.text ?? source);
  else if (change) print(notFormatted(change));
  return problems.length > 0 || (check && change) ? 1 : 0;
}

async function format(module: { file: string; source: string }, compiler: RegoCompiler): Promise<Outcome> {
  const first = await compiler.format(module);
  if ('problems' in first) return { problems: first.problems.map(problemOfPolicy) };
  if (first.text === module.source) return {};
  // What the formatter makes is read once more, so that no text is written that would not parse.
  const again = await compiler.format({ ...module, source: first.text });
  if ('problems' in again) return { problems: again.problems.map(problemOfPolicy) };
  return { change: { file: module.file, line: firstDifference(module.source, again.text), text: again.text } };
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CodedError('policy:file.not_utf8', 'the file is no UTF-8 text', { place: { file } });
  }
}

function readable(error: unknown, path: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof CodedError || syscall === undefined) return error;
  return new CodedError('command:file.unreadable', `cannot be read (${code})`, { place: { file: nameOf(path) } });
}

function findFiles(path: string): readonly string[] {
  const file = inRepository(path);
  if (statSync(path).isFile()) {
    if (file.endsWith('.rego')) return [path];
    throw new CodedError('command:usage', `\`${path}\` is no Rego file`, { hint: 'policies are `.rego` files' });
  }
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((each) => each.endsWith('.rego') && !/(?:^|[/\\])node_modules[/\\]/.test(each))
    .sort();
  if (files.length > 0) return files.map((each) => join(path, each));
  throw new CodedError('command:usage', `no Rego file at \`${path}\``, { hint: 'policies are `.rego` files' });
}

/** As the repository names it; what lies outside of it, as it was given. */
function nameOf(path: string): string {
  const name = inRepository(path);
  return name.startsWith('..') ? path : name;
}

function firstDifference(before: string, after: string): number {
  const lines = after.split('\n');
  const index = before.split('\n').findIndex((line, at) => line !== lines[at]);
  return index < 0 ? lines.length : index + 1;
}

function notFormatted({ file, line }: Change): string {
  return `${file}:${line}: not formatted`;
}

function report(
  files: number,
  {
    changes,
    problems,
    check,
  }: { readonly changes: readonly Change[]; readonly problems: readonly Problem[]; readonly check: boolean },
): string {
  const lines = [...problems.map(formatProblem), ...changes.map(check ? notFormatted : ({ file }) => `wrote ${file}`)];
  if (lines.length === 0) return files === 1 ? 'fine: 1 file is formatted' : `fine: ${files} files are formatted`;
  const of = `of ${files} ${files === 1 ? 'file' : 'files'}`;
  const sums = [
    ...(changes.length > 0 ? [`${changes.length} ${of} ${check ? 'not formatted' : 'written'}`] : []),
    ...(problems.length > 0 ? [`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`] : []),
  ];
  const hint = check && changes.length > 0 ? ['hint: `twinward fmt` writes them'] : [];
  return [...lines, '', sums.join(', '), ...hint].join('\n');
}
