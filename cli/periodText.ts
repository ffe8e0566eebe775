import type { PeriodReport } from '../engine/simulate/simulatePeriod.ts';
import { formatTable } from './output.ts';

/** A period as one reads it: when which report holds, then each report once. */
export function periodText({ from, until, spans, reports }: PeriodReport, texts: readonly string[]): string {
  const many = `${spans.length} ${spans.length === 1 ? 'span' : 'spans'}`;
  const rows = spans.map((span) => [span.from, span.until, `report ${span.report + 1}`]);
  return [
    `From ${from} until ${until} in ${many}, with ${reports.length} different ${reports.length === 1 ? 'report' : 'reports'}:`,
    formatTable([{ title: 'from' }, { title: 'until' }, { title: '' }], rows),
    ...texts.flatMap((text, index) => ['', `Report ${index + 1}`, '', text.trimEnd()]),
    '',
  ].join('\n');
}
