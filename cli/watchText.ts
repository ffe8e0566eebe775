import type { ImpactReport } from '../engine/simulate/ImpactReport.ts';
import { LADDER } from '../engine/simulate/written/flows.ts';
import { count, counted } from '../engine/simulate/written/numbers.ts';
import { draftLines, gateLines, matrixTable, obligationsLine } from './impactText.ts';
import { formatTable } from './output.ts';

/** A report for whoever is typing: the matrix, each change in a line, what is held against it, and what the last edit did. */
export function watchText(report: ImpactReport, last: ImpactReport | undefined): string {
  return [
    ...draftLines(report),
    `${counted(report.cells, 'cell')} of ${counted(report.homes, 'home')}, from (down) to (across):`,
    matrixTable(report),
    ...obligationsLine(report),
    ...changeLines(report),
    ...gateLines(report),
    ...(last ? ['', ...sinceLines(report, last)] : []),
  ].join('\n');
}

function changeLines({ changes }: ImpactReport): readonly string[] {
  if (changes.length === 0) return ['', 'Nothing changes for anybody.'];
  const right = 'right' as const;
  const columns = [
    { title: '' },
    { title: 'cells', align: right },
    { title: 'homes', align: right },
    { title: 'decided by' },
  ];
  const rows = changes.map(({ from, to, obligations, cells, homes, reasons }) => [
    `${from} -> ${to}${from === to && obligations.kind === 'changed' ? ' (obligations)' : ''}`,
    count(cells),
    count(homes),
    reasons.after.map(({ policy, rule, file, line }) => `${policy}/${rule} ${file}:${line}`).join(', '),
  ]);
  return ['', formatTable(columns, rows)];
}

/** How the cells of the matrix differ from those of the run before. */
function sinceLines({ matrix }: ImpactReport, { matrix: before }: ImpactReport): readonly string[] {
  const ways = LADDER.flatMap((from) => LADDER.map((to) => [from, to] as const));
  const cellsOf = (lines: ImpactReport['matrix'], from: string, to: string, changed: boolean) =>
    lines
      .filter((line) => line.from === from && line.to === to && (line.obligations.kind === 'changed') === changed)
      .reduce((sum, { cells }) => sum + cells, 0);
  const rows = ways.flatMap(([from, to]) =>
    [false, true].flatMap((changed) => {
      const [was, is] = [cellsOf(before, from, to, changed), cellsOf(matrix, from, to, changed)];
      const way = `${from} -> ${to}${changed ? ', other obligations' : ''}`;
      return was === is ? [] : [[way, count(was), count(is), `${is > was ? '+' : '-'}${count(Math.abs(is - was))}`]];
    }),
  );
  if (rows.length === 0) return ['As many cells go each way as in the last run.'];
  const right = 'right' as const;
  const columns = [{ title: 'since the last run' }, ...['was', 'is', ''].map((title) => ({ title, align: right }))];
  return [formatTable(columns, rows)];
}
