import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Argument } from 'commander';
import { loadClauses, suggestClauses } from '../../engine/clauses/ClauseRegister.ts';
import { nearest } from '../../engine/clauses/nearest.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { type NewDocument, type NewFile, newPolicy } from '../newPolicy.ts';
import { newRule } from '../newRule.ts';
import { formatTable, print, printJson } from '../output.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import type { Verb } from '../Verb.ts';

type Kind = keyof typeof KINDS;
type Options = {
  readonly title?: string;
  readonly clause: readonly string[];
  readonly owner?: string;
  readonly dryRun?: true;
  readonly json?: true;
};
type ReportOptions = {
  readonly kind: Kind;
  readonly at: string;
  readonly note: readonly string[];
  readonly dryRun: boolean;
};

const KINDS = {
  policy: {
    shelf: 'policies',
    write: newPolicy,
    clause: 'SC-6.3.1-p1',
    next: (at: string) => [`npx twinward check ${at}`, `npx twinward test ${at}`],
  },
  rule: {
    shelf: 'rules',
    write: newRule,
    clause: 'DH-6.3.7-5',
    next: (at: string) => [`npx twinward check ${at}.json`, `npx twinward test ${at}.json`],
  },
} as const;

/** Folders that hold no policies, and what they hold. */
const TAKEN: Readonly<Record<string, string>> = {
  drafts: 'holds drafts, which are never loaded: make the policy in its area, and drafts of it there',
  lib: 'holds words that policies share, and decides nothing',
  clauses: 'holds the register of clauses',
  composition: 'is the package that is written at load',
};

/** Words that Rego keeps for itself, so that no part of a package can be called by them. */
const RESERVED = new Set(
  'as contains data default else every false if import in input not null package some true with'.split(' '),
);

/** `twinward new`: writes the files of a policy or rule, with tests that pass, for its author to change. */
export const verb: Verb = {
  examples: [
    'twinward new policy sharing/weather_stations               a folder with a policy, its tests and cases',
    'twinward new policy sharing/weather --clause DH-5.4.6 --title "Weather stations" --owner "weather office"',
    'twinward new rule comfort/cold_room --dry-run              say what would be written',
  ],
  configure(command) {
    command
      .addArgument(new Argument('<kind>', 'what to make').choices(Object.keys(KINDS)))
      .argument('<area/name>', 'its folder or file under policies/ or rules/, such as sharing/weather')
      .option('--title <text>', 'what it is about; made of its name unless given')
      .option('--clause <id>', 'a clause that it enforces; may be given again', collect, [])
      .option('--owner <name>', 'who answers for it; the user of git unless given')
      .option('--dry-run', 'write nothing')
      .option('--json', 'print JSON');
  },
  run(command) {
    const [kind, path] = command.args as [Kind, string];
    const options = command.opts<Options>();
    const { area, name } = parsePath(path, kind);
    const at = `${KINDS[kind].shelf}/${area}/${name}`;
    const files = KINDS[kind].write({ area, name, ...describe(kind, name, options) });
    if (kind === 'rule') refuseId(name);
    refuseTaken([at, ...files.map(({ file }) => file)]);
    const note = newAreaNote(kind, area);
    const dryRun = options.dryRun === true;
    if (!dryRun) writeAll(files);
    if (options.json) printJson({ written: !dryRun, files: files.map(({ file, content }) => ({ file, content })) });
    else print(report(files, { kind, at, note, dryRun }));
    return 0;
  },
};

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

function parsePath(path: string, kind: Kind): { readonly area: string; readonly name: string } {
  const { shelf } = KINDS[kind];
  const parts = path.split('/');
  const [area = '', name = ''] = parts;
  const refuse = (message: string, hint: string) => new CodedError('command:usage', message, { hint });
  if (parts[0] === shelf && parts.length === 3) {
    throw refuse(`\`${path}\` is no area and name`, `did you mean \`${parts.slice(1).join('/')}\`?`);
  }
  if (parts.length !== 2)
    throw refuse(`\`${path}\` is no area and name`, 'write `<area>/<name>`, as `sharing/weather`');
  for (const part of [area, name]) {
    if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(part)) {
      const guess = snakeCase(part);
      throw refuse(
        `\`${part}\` is no name of a ${kind}`,
        guess === '' ? 'names are lower snake case, as `weather_stations`' : `did you mean \`${guess}\`?`,
      );
    }
    if (RESERVED.has(part)) throw refuse(`\`${part}\` is a word of Rego`, 'choose another name');
  }
  if (name.endsWith('_test')) throw refuse(`\`${name}\` would be taken for a test`, 'leave out `_test`');
  const taken = TAKEN[area];
  if (kind === 'policy' && taken !== undefined) throw refuse(`\`${area}\` is no area of policies`, `it ${taken}`);
  return { area, name };
}

function snakeCase(text: string): string {
  return text
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^[_\d]+|_+$/g, '')
    .toLowerCase();
}

function describe(
  kind: Kind,
  name: string,
  { title = sentence(name), clause, owner = whoAmI() }: Options,
): Pick<NewDocument, 'title' | 'clauses' | 'owner' | 'date'> {
  for (const [option, text] of Object.entries({ title, owner })) {
    if (text.trim() === '') throw new CodedError('command:usage', `\`--${option}\` is empty`);
  }
  const register = loadClauses(repositoryRoot);
  for (const id of clause) {
    if (register.byId.has(id)) continue;
    const [guess] = suggestClauses(register, id);
    const hint = guess === undefined ? '`twinward clauses` lists them' : `did you mean \`${guess}\`?`;
    throw new CodedError('engine:clause.not_found', `no clause \`${id}\``, { hint });
  }
  const [first = KINDS[kind].clause, ...others] = clause;
  return { title, clauses: [first, ...others], owner, date: new Date().toISOString().slice(0, 10) };
}

function sentence(name: string): string {
  const words = name.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function whoAmI(): string {
  try {
    const name = execFileSync('git', ['-C', repositoryRoot, 'config', 'user.name'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (name.trim() !== '') return name.trim();
  } catch {
    // No git, or no name in it.
  }
  return userInfo().username;
}

function refuseTaken(files: readonly string[]): void {
  const taken = files.find((file) => existsSync(join(repositoryRoot, file)));
  if (taken === undefined) return;
  throw new CodedError('command:usage', `\`${taken}\` is there already`, {
    place: { file: taken },
    hint: 'choose another name; nothing was written',
  });
}

/** A rule is called by its id alone, wherever it stands. */
function refuseId(id: string): void {
  const rules = readdirSync(join(repositoryRoot, 'rules'), { recursive: true, encoding: 'utf8' });
  const other = rules.find((file) => basename(file) === `${id}.json`);
  if (other === undefined) return;
  throw new CodedError('command:usage', `\`rules/${other}\` is the rule \`${id}\` already`, {
    hint: 'choose another name; nothing was written',
  });
}

/** All of the files or none: the policy itself last, since what lies beside it means nothing without it. */
function writeAll(files: readonly NewFile[]): void {
  const written: string[] = [];
  try {
    for (const { file, content } of files.toReversed()) {
      const path = join(repositoryRoot, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content, { flag: 'wx' });
      written.push(path);
    }
  } catch (cause) {
    for (const path of written) rmSync(path);
    const { code = 'unknown', path = '' } = cause as NodeJS.ErrnoException;
    throw new CodedError('command:file.unwritable', `cannot write \`${path}\` (${code}): nothing was written`, {
      cause,
    });
  }
}

function report(files: readonly NewFile[], { kind, at, note, dryRun }: ReportOptions): string {
  const table = formatTable(
    [{ title: dryRun ? 'would write' : 'wrote' }, { title: 'which holds' }],
    files.map(({ file, what }) => [file, what]),
  );
  return [table, ...note, '', 'change it, then:', ...KINDS[kind].next(at).map((each) => `  ${each}`)].join('\n');
}

/** A mistyped area would make a new one in silence. */
function newAreaNote(kind: Kind, area: string): readonly string[] {
  const folder = join(repositoryRoot, KINDS[kind].shelf);
  if (existsSync(join(folder, area))) return [];
  const others = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !(entry.name in TAKEN))
    .map(({ name }) => name);
  const [guess] = nearest(area, others, 1);
  return ['', `note: \`${area}\` is a new area${guess === undefined ? '' : `; did you mean \`${guess}\`?`}`];
}
