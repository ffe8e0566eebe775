import { obligationText } from '../../obligations/obligationText.ts';
import type { Reason } from '../../rego/Verdict.ts';
import type { ImpactReport, Obligations } from '../ImpactReport.ts';
import type { ReportContext } from './ReportContext.ts';

/** The columns of a report as CSV. Which of them a line fills in depends on its `kind`. */
const COLUMNS = [
  'kind',
  'area',
  'area_name',
  'category',
  'requester',
  'from',
  'to',
  'obligations',
  'obligations_before',
  'obligations_after',
  'cells',
  'homes',
  'rules_before',
  'rules_after',
  'clauses',
  'change',
  'witness',
  'measure',
  'expected',
  'met',
] as const;
type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | boolean>>>;

/**
 * An impact report as CSV (RFC 4180, UTF-8, with a line of titles): a line for the whole, for each line of the matrix, each
 * change class, each requester in it, each area and category, and each expectation. A table program takes nothing in it for a
 * formula.
 */
export function csvReport(report: ImpactReport, context: Pick<ReportContext, 'areas'>): string {
  const lines = [COLUMNS, ...rowsOf(report, context).map((row) => COLUMNS.map((column) => row[column] ?? ''))];
  return lines.map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function rowsOf(
  { cells, homes, matrix, changes, areas, expectations }: ImpactReport,
  context: Pick<ReportContext, 'areas'>,
): Row[] {
  return [
    { kind: 'total', cells, homes },
    ...matrix.map(({ obligations, ...line }): Row => ({ kind: 'matrix', ...line, ...inWords(obligations) })),
    ...changes.flatMap(({ from, to, obligations, reasons, requesters, witness, ...line }, index): Row[] => {
      const change = index + 1;
      const all = [...reasons.before, ...reasons.after];
      return [
        {
          kind: 'change',
          change,
          from,
          to,
          ...inWords(obligations),
          cells: line.cells,
          homes: line.homes,
          rules_before: rulesOf(reasons.before),
          rules_after: rulesOf(reasons.after),
          clauses: [...new Set(all.flatMap(({ clauses }) => clauses))].join(' '),
          witness: `${witness.home}/${witness.device}/${witness.property}`,
        },
        ...requesters.map(
          ({ id, cells: own }): Row => ({ kind: 'requester', change, requester: id, from, to, cells: own }),
        ),
      ];
    }),
    ...areas.map(({ area, category, from, to, ...line }): Row => {
      const name = context.areas.get(area)?.name ?? area;
      return { kind: 'area', area, area_name: name, category, from, to, cells: line.cells, homes: line.homes };
    }),
    ...expectations.map(({ measure, expected, cells: found, met }): Row => {
      const bound = typeof expected === 'number' ? expected : JSON.stringify(expected);
      return { kind: 'expectation', measure, expected: bound, cells: found, met };
    }),
  ];
}

function inWords({ kind, before, after }: Obligations): Row {
  return {
    obligations: kind,
    obligations_before: obligationText(before),
    obligations_after: obligationText(after),
  };
}

function rulesOf(reasons: readonly Reason[]): string {
  return reasons.map(({ policy, rule, file, line }) => `${policy}/${rule} ${file}:${line}`).join('; ');
}

/** Text that begins as a formula does gets a quotation mark before it, as table programs do themselves (CWE-1236). */
function field(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
