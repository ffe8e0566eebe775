import { type AutomationReport, type ImportReport, totalsText } from './importReport.ts';

/** An import report as Markdown: counts, then every automation that was not converted whole, with places and reasons. */
export function markdownReport(report: ImportReport): string {
  const { partial, constructs, causes, automations, unreadable } = report;
  const rest = automations.filter(({ outcome }) => outcome !== 'whole');
  const noted = automations.filter(({ outcome, notes }) => outcome === 'whole' && notes.length > 0);
  const parts = [
    '# Import of automations',
    `${totalsText(report)}.`,
    '## By construct',
    table(
      ['construct', 'taken', 'not taken'],
      constructs.map((each) => [each.construct, `${each.taken}`, `${each.notTaken}`]),
    ),
    ...section(
      '## What stood in the way',
      table(
        ['cause', 'automations'],
        causes.map((each) => [each.cause, `${each.automations}`]),
      ),
      causes.length,
    ),
    ...section(
      partial ? '## Not converted, or in part' : '## Not converted',
      rest.map((each) => told(each, partial)).join('\n'),
      rest.length,
    ),
    ...section('## Otherwise than in Home Assistant', noted.map(notesOf).join('\n'), noted.length),
    ...section(
      '## Not read',
      unreadable
        .map(({ file, line, why }) => `- \`${file}${line === null ? '' : `:${line}`}\` ${plain(why)}`)
        .join('\n'),
      unreadable.length,
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(title: string, text: string, count: number): readonly string[] {
  return count === 0 ? [] : [title, text];
}

function told({ file, line, alias, id, outcome, notTaken }: AutomationReport, partial: boolean): string {
  const reasons = notTaken.map(
    ({ line: at, construct, why, instead }) =>
      `  - line ${at}, ${plain(construct)}: ${plain(why)}${instead === null ? '' : ` (${plain(instead)})`}`,
  );
  const became = outcome === 'part' ? (partial ? 'in part' : 'left') : outcome;
  return [`- \`${file}:${line}\` ${plain(alias ?? id ?? 'without a name')}: ${became}`, ...reasons].join('\n');
}

function notesOf({ file, line, alias, id, notes }: AutomationReport): string {
  return [
    `- \`${file}:${line}\` ${plain(alias ?? id ?? 'without a name')}`,
    ...notes.map((note) => `  - ${plain(note)}`),
  ].join('\n');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`;
  return [line(titles), `| ${titles.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Text of somebody else's on one line, that is no mark-up but code in backticks. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[|<>*_[\]]/g, (mark) => `\\${mark}`)
    .trim();
}
