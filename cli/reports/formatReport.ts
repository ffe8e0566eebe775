import { junitReport } from './junitReport.ts';
import type { Report } from './Report.ts';
import { sarifReport } from './sarifReport.ts';
import { textReport } from './textReport.ts';

/** The forms in which `check` prints what it found. */
export const REPORT_FORMATS = ['text', 'json', 'sarif', 'junit'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A report in one of the forms. `line` asks for JSON on one line, as streams want it. */
export function formatReport(report: Report, format: ReportFormat, { line }: { readonly line: boolean }): string {
  const json = (value: unknown) => JSON.stringify(value, null, line ? 0 : 2);
  switch (format) {
    case 'text':
      return textReport(report);
    case 'json':
      return json({ checked: report.checked, problems: report.problems });
    case 'sarif':
      return json(sarifReport(report));
    case 'junit':
      return junitReport(report);
  }
}
