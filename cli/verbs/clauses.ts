import { Option } from 'commander';
import {
  CLAUSE_SOURCES,
  type ClauseRegister,
  type ClauseSource,
  clause,
  loadClauses,
  partsOf,
} from '../../engine/clauses/ClauseRegister.ts';
import {
  CLAUSE_STATUSES,
  type ClauseStatus,
  type ClauseStatusName,
  readClauseStatus,
} from '../../engine/clauses/clauseStatus.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { commitOf } from '../commitOf.ts';
import { formatTable, print, printJson, wrapText } from '../output.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly source?: ClauseSource;
  readonly status?: ClauseStatusName;
  readonly open?: true;
  readonly json?: true;
};

/** `twinward clauses`: how far each clause of the standards has come, and what one of them says. */
export const verb: Verb = {
  examples: [
    'twinward clauses                         the number of clauses by source and status',
    'twinward clauses DH-5.4.6                one clause: its text, what shows it, how far it is',
    'twinward clauses --source DH --open      the clauses of one standard that nothing enforces yet',
    'twinward clauses --json                  all of them, for other programs',
  ],
  configure(command) {
    command
      .argument('[id]', 'a clause, such as DH-5.4.6')
      .addOption(new Option('--source <source>', 'only this standard').choices(CLAUSE_SOURCES))
      .addOption(new Option('--status <status>', 'only with this status').choices(CLAUSE_STATUSES))
      .addOption(new Option('--open', 'only those that nothing enforces yet').conflicts('status'))
      .option('--json', 'print JSON');
  },
  run(command) {
    const options = command.opts<Options>();
    const register = loadClauses(repositoryRoot);
    const [id] = command.args;
    const statuses = readClauseStatus(repositoryRoot, register);
    return id === undefined ? showMany(register, statuses, options) : showOne(register, statuses, id, options);
  },
};

function showMany(
  register: ClauseRegister,
  all: readonly ClauseStatus[],
  { source, status, open, json }: Options,
): ExitCode {
  const wanted = open ? 'open' : status;
  const chosen = all.filter(
    (each) => (!source || each.clause.source === source) && (!wanted || each.status === wanted),
  );
  if (json) printJson({ commit: commitOf(repositoryRoot), clauses: chosen.map(brief) });
  else if (source || wanted) print(listText(chosen));
  else print(summaryText(register, all));
  return 0;
}

function showOne(register: ClauseRegister, all: readonly ClauseStatus[], id: string, options: Options): ExitCode {
  if (options.source || options.status || options.open) {
    throw new CodedError('command:usage', 'a clause is named together with a filter', {
      hint: `\`twinward clauses ${id}\` shows one clause, filters list many`,
    });
  }
  const found = clause(register, id);
  const status = all.find((each) => each.clause === found)!;
  if (options.json)
    printJson({ commit: commitOf(repositoryRoot), clauses: [{ ...brief(status), ...full(register, status) }] });
  else print(clauseText(register, status));
  return 0;
}

function brief({ clause: { id, source, level }, status, by, tests }: ClauseStatus): object {
  return { id, source, level, status, by, tests };
}

function full(register: ClauseRegister, { clause: each }: ClauseStatus): object {
  return {
    kind: each.kind,
    titleZh: each.title_zh,
    requirement: each.requirement,
    evidence: each.evidence,
    thresholds: each.thresholds,
    system: each.system,
    enforcedBy: each.enforced_by,
    note: each.note ?? null,
    parts: partsOf(register, each.id).map(({ id }) => id),
    resolutions: register.resolutions.filter(({ clauses }) => clauses.includes(each.id)).map(({ number }) => number),
  };
}

function summaryText(register: ClauseRegister, all: readonly ClauseStatus[]): string {
  const row = (label: string, of: readonly ClauseStatus[], title: string): string[] => [
    label,
    ...CLAUSE_STATUSES.map((name) => String(of.filter(({ status }) => status === name).length)),
    String(of.length),
    title,
  ];
  const rows = register.standards.map(({ id, title_zh }) =>
    row(
      id,
      all.filter((each) => each.clause.source === id),
      title_zh,
    ),
  );
  const columns = [...CLAUSE_STATUSES, 'clauses'].map((title) => ({ title, align: 'right' as const }));
  const table = formatTable([{ title: 'source' }, ...columns, { title: 'standard' }], [...rows, row('all', all, '')]);
  return `${table}\n\n\`twinward clauses <id>\` shows one of them, \`--source DH --open\` lists what is left.`;
}

function listText(chosen: readonly ClauseStatus[]): string {
  const rows = chosen.map(({ clause: each, status }) => [
    each.id,
    each.level,
    status,
    `${each.title_zh}  ${each.requirement}`,
  ]);
  const table = formatTable(
    [{ title: 'clause' }, { title: 'level' }, { title: 'status' }, { title: 'requirement' }],
    rows,
  );
  return `${table}\n\n${chosen.length} ${chosen.length === 1 ? 'clause' : 'clauses'}`;
}

function clauseText(register: ClauseRegister, { clause: each, status, by, tests }: ClauseStatus): string {
  const standard = register.standards.find(({ id }) => id === each.source)!;
  const system = register.systems.find(({ source, id }) => source === each.source && id === each.system)!;
  const resolutions = register.resolutions.filter(({ clauses }) => clauses.includes(each.id));
  return [
    `${each.id}  ${each.title_zh}  (${each.level}, ${each.kind})`,
    standard.title_zh,
    standard.title_en,
    '',
    ...wrapText(each.requirement),
    '',
    ...field('evidence', [each.evidence]),
    ...field(
      'figures',
      Object.entries(each.thresholds).map(([name, value]) => `${name}: ${value}`),
    ),
    ...field('system', [`${system.name_en}  ${system.name_zh}`]),
    ...field('note', each.note === undefined ? [] : [each.note]),
    ...field(
      'clash',
      resolutions.map(
        ({ number, between, clash, resolution }) => `${number} (${between}): ${clash}. Twinward: ${resolution}`,
      ),
    ),
    ...field(
      'parts',
      [
        partsOf(register, each.id)
          .map(({ id }) => id)
          .join(' '),
      ].filter(Boolean),
    ),
    ...field('status', [status]),
    ...field('by', by),
    ...field('tests', tests),
  ].join('\n');
}

const INDENT = 10;

function field(name: string, values: readonly string[]): readonly string[] {
  const lines = values.flatMap((value) => wrapText(value, 100 - INDENT));
  return lines.map((line, index) => `${(index === 0 ? name : '').padEnd(INDENT)}${line}`);
}
