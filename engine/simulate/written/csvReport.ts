import { obligationText } from '../../obligations/obligationText.ts';
import type { Reason } from '../../rego/Verdict.ts';
import type { ChangeClass, Counts, IdleRule, ImpactReport, Obligations } from '../ImpactReport.ts';
import type { ReportContext } from './ReportContext.ts';

/** The columns of a report as CSV. Which of them a line fills in depends on its `kind`. */
const COLUMNS = [
  'kind',
  'area',
  'area_name',
  'level',
  'category',
  'grade',
  'requester',
  'from',
  'to',
  'obligations',
  'obligations_before',
  'obligations_after',
  'cells',
  'homes',
  'people',
  'minors',
  'elders',
  'changed_cells',
  'changed_homes',
  'rules_before',
  'rules_after',
  'clauses',
  'change',
  'witness',
  'would_flip',
  'measure',
  'expected',
  'met',
] as const;
type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | boolean>>>;

/**
 * An impact report as CSV (RFC 4180, UTF-8, with a line of titles): a line for the whole, for each line of the matrix, each
 * change class, each requester in it, each area, each slice of cells, each rule without effect, each expectation and limit. A
 * table program takes nothing in it for a formula.
 */
export function csvReport(report: ImpactReport, context: Pick<ReportContext, 'areas'>): string {
  const lines = [COLUMNS, ...rowsOf(report, context).map((row) => COLUMNS.map((column) => row[column] ?? ''))];
  return lines.map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function rowsOf(report: ImpactReport, { areas }: Pick<ReportContext, 'areas'>): readonly Row[] {
  const nameOf = (area: string) => areas.get(area)?.name ?? area;
  return [
    { kind: 'total', ...countsOf(report) },
    ...report.matrix.map((line): Row => ({ kind: 'matrix', ...wayOf(line), ...countsOf(line) })),
    ...report.changes.flatMap(changeRows),
    ...report.areaTotals.map(({ area, level, cells, homes, changed }): Row => {
      const changes = { changed_cells: changed.cells, changed_homes: changed.homes };
      return { kind: 'area', area, area_name: nameOf(area), level, cells, homes, ...changes };
    }),
    ...report.slices.map((slice): Row => ({ kind: 'slice', area_name: nameOf(slice.area), ...slice })),
    ...(['before', 'after'] as const).flatMap((side) => [
      ...report.neverReached[side].map((rule): Row => ({ kind: `never_reached_${side}`, ...ruleOf(side, rule) })),
      ...report.neverDecide[side].map((rule): Row => ({ kind: `never_decides_${side}`, ...ruleOf(side, rule) })),
    ]),
    ...report.expectations.map(({ measure, expected, cells, met }): Row => {
      const bound = typeof expected === 'number' ? expected : JSON.stringify(expected);
      return { kind: 'expectation', measure, expected: bound, cells, met };
    }),
    ...(report.limits ?? []).map(({ measure, at_most: most, area, category, requester, cells, homes, met }): Row => {
      const scope = { area: area ?? '', category: category ?? '', requester: requester ?? '' };
      return { kind: 'limit', measure, ...scope, expected: JSON.stringify(most), cells, homes, met };
    }),
  ];
}

function changeRows(line: ChangeClass, index: number): readonly Row[] {
  const { from, to, reasons, requesters, witness, smallestChange: flip } = line;
  const change = index + 1;
  const all = [...reasons.before, ...reasons.after];
  return [
    {
      kind: 'change',
      change,
      ...wayOf(line),
      ...countsOf(line),
      rules_before: rulesOf(reasons.before),
      rules_after: rulesOf(reasons.after),
      clauses: [...new Set(all.flatMap(({ clauses }) => clauses))].join(' '),
      witness: `${witness.home}/${witness.device}/${witness.property}`,
      would_flip: flip.kind === 'flips' ? `${flip.condition}: ${flip.outcome}` : '',
    },
    ...requesters.map(({ id, cells }): Row => ({ kind: 'requester', change, requester: id, from, to, cells })),
  ];
}

function countsOf({ cells, homes, people, minors, elders }: Counts): Row {
  return { cells, homes, people, minors, elders };
}

function wayOf({ from, to, obligations }: Pick<ChangeClass, 'from' | 'to' | 'obligations'>): Row {
  return { from, to, ...inWords(obligations) };
}

function ruleOf(side: 'before' | 'after', { policy, rule, file, line, clauses }: IdleRule): Row {
  return { [`rules_${side}`]: `${policy}/${rule} ${file}:${line}`, clauses: clauses.join(' ') };
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
