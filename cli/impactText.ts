import { type ClauseRegister, clause } from '../engine/clauses/ClauseRegister.ts';
import { obligationText } from '../engine/obligations/obligationText.ts';
import type { Reason } from '../engine/rego/Verdict.ts';
import type { ChangeClass, ImpactReport } from '../engine/simulate/ImpactReport.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { boundText, limitText, scopeText } from '../engine/simulate/written/limitText.ts';
import type { Area } from '../twin/changes.ts';
import { OUTCOMES } from '../twin/words.ts';
import { formatTable, labelled, wrapText } from './output.ts';

export type ImpactContext = {
  readonly scenario: Scenario;
  readonly areas: ReadonlyMap<string, Area>;
  readonly register: ClauseRegister;
};

const MOST_AREAS = 40;
const LADDER = ['denied', 'withheld', ...OUTCOMES.slice(1)] as const;

/** An impact report as one reads it: the matrix, what changes and why, where, and what was expected. */
export function impactText(report: ImpactReport, context: ImpactContext): string {
  const { scenario } = context;
  return [
    scenario.title,
    ...wrapText(scenario.question.trim()),
    '',
    `${count(report.homes)} of ${count(report.population.homes)} homes have what is asked about, counted exactly at revision ${count(report.revision)}:`,
    `${count(report.cells)} cells, each one requester, action, purpose and property of a home`,
    ...draftLines(report),
    '',
    'From (down) to (across), in cells:',
    matrixTable(report),
    ...obligationsLine(report),
    ...report.changes.flatMap((change, index) => ['', ...changeLines(change, index + 1, context)]),
    ...(report.changes.length === 0 ? ['', 'Nothing changes for anybody.'] : []),
    ...areaLines(report, context),
    ...expectationLines(report),
    ...limitLines(report),
  ].join('\n');
}

function draftLines({ draft, notInForce = [] }: ImpactReport): string[] {
  return [
    ...draft.replaced.map((one) => `the draft replaces \`${one.package}\` (${one.by.join(', ')})`),
    ...draft.added.map((one) => `the draft adds \`${one.package}\` (${one.files.join(', ')})`),
    ...draft.removed.map((one) => `the draft takes out the rule \`${one.rule}\` of \`${one.package}\``),
    ...notInForce.map(
      ({ package: name, from, until }) =>
        `but \`${name}\` is not in force at the instant of the scenario: it is from ${from}${until === null ? ' on' : ` until ${until}`}`,
    ),
  ];
}

function matrixTable({ matrix }: ImpactReport): string {
  const used = LADDER.filter((outcome) => matrix.some(({ from, to }) => from === outcome || to === outcome));
  const rows = used.map((from) => [
    from,
    ...used.map((to) => {
      const cells = matrix
        .filter((line) => line.from === from && line.to === to)
        .reduce((sum, line) => sum + line.cells, 0);
      return cells === 0 ? '·' : count(cells);
    }),
  ]);
  return formatTable([{ title: '' }, ...used.map((title) => ({ title, align: 'right' as const }))], rows);
}

function obligationsLine({ matrix }: ImpactReport): string[] {
  const changed = matrix.filter(({ from, to, obligations }) => from === to && obligations.kind === 'changed');
  const cells = changed.reduce((sum, line) => sum + line.cells, 0);
  return cells === 0 ? [] : [`${count(cells)} cells keep their outcome under other obligations`];
}

function changeLines(change: ChangeClass, number: number, { register }: ImpactContext): string[] {
  const { from, to, cells, homes, obligations, reasons, requesters, witness } = change;
  return [
    `${number}. ${from} -> ${to}: ${count(cells)} ${cells === 1 ? 'cell' : 'cells'} in ${count(homes)} ${homes === 1 ? 'home' : 'homes'}`,
    ...reasons.before.flatMap((reason) => reasonLines('before', reason, register)),
    ...reasons.after.flatMap((reason) => reasonLines('after', reason, register)),
    ...(obligations.kind === 'changed'
      ? [
          ...beside('obligations', `before: ${obligationText(obligations.before)}`),
          ...beside('', `after: ${obligationText(obligations.after)}`),
        ]
      : []),
    ...beside('asked by', requesters.map((one) => `${one.id} (${count(one.cells)})`).join(', ')),
    ...beside(
      'for example',
      `\`${witness.property}\` of ${witness.device} in ${witness.home}: ${witness.requester} asks to ${witness.action} it for ${witness.purpose}`,
    ),
  ];
}

function reasonLines(
  side: string,
  { code, policy, rule, file, line, clauses, message }: Reason,
  register: ClauseRegister,
): string[] {
  return [
    ...beside(side, code === 'waived' ? `waived: ${message}` : message),
    ...beside('', `${policy}/${rule}, ${file}:${line}`),
    ...clauses.flatMap((id) => beside('', `${id} ${register.byId.has(id) ? clause(register, id).title_zh : ''}`)),
  ];
}

function beside(label: string, text: string): readonly string[] {
  return labelled(`   ${label}`, text, 16);
}

function areaLines({ areas }: ImpactReport, context: ImpactContext): string[] {
  const changed = areas.filter(({ from, to }) => from !== to);
  if (changed.length === 0) return [];
  const rows = changed
    .slice(0, MOST_AREAS)
    .map(({ area, category, from, to, cells, homes }) => [
      context.areas.get(area)?.name ?? area,
      category,
      `${from} -> ${to}`,
      count(cells),
      count(homes),
    ]);
  const columns = [{ title: 'area' }, { title: 'category' }, { title: 'change' }];
  const numbers = ['cells', 'homes'].map((title) => ({ title, align: 'right' as const }));
  const left = changed.length - rows.length;
  return [
    '',
    'Where outcomes change (homes are counted once in each line, so lines do not add up):',
    formatTable([...columns, ...numbers], rows),
    ...(left > 0 ? [`and ${left} more lines: \`--json\` has them all`] : []),
  ];
}

function expectationLines({ expectations }: ImpactReport): string[] {
  if (expectations.length === 0) return [];
  const rows = expectations.map(({ measure, expected, cells, met }) => [
    met ? 'as expected' : 'NOT AS EXPECTED',
    measure,
    count(cells),
    `expected ${boundText(expected)}`,
  ]);
  const columns = [
    { title: '' },
    { title: 'cells that are' },
    { title: 'count', align: 'right' as const },
    { title: '' },
  ];
  return ['', formatTable(columns, rows)];
}

function limitLines({ limits = [] }: ImpactReport): string[] {
  if (limits.length === 0) return [];
  const rows = limits.map((limit) => [
    limit.met ? 'kept' : 'BROKEN',
    limit.measure,
    count(limit.cells),
    count(limit.homes),
    `at most ${limitText(limit)} ${scopeText(limit)}${limit.met ? '' : `; see ${limit.changes.map((place) => `${place + 1}.`).join(' ')}`}`,
  ]);
  const right = 'right' as const;
  const columns = [
    { title: '' },
    { title: 'limit on' },
    { title: 'cells', align: right },
    { title: 'homes', align: right },
  ];
  return ['', formatTable([...columns, { title: '' }], rows)];
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}
