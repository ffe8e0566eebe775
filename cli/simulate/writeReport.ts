import type { ClauseRegister } from '../../engine/clauses/ClauseRegister.ts';
import type { PeriodReport } from '../../engine/simulate/simulatePeriod.ts';
import { csvReport } from '../../engine/simulate/written/csvReport.ts';
import { htmlReport } from '../../engine/simulate/written/htmlReport.ts';
import { periodPage } from '../../engine/simulate/written/periodPage.ts';
import { signReport, statementDigest } from '../../engine/simulate/written/SignedReport.ts';
import type { SigningKey } from '../../trust/signing/signingKeyFile.ts';
import { CodedError, invariant } from '../../twin/CodedError.ts';
import { impactText } from '../impactText.ts';
import { print } from '../output.ts';
import { periodText } from '../periodText.ts';
import { gateJunit } from '../reports/gateJunit.ts';
import { sarifReport } from '../reports/sarifReport.ts';
import { writeAtomically } from '../writeAtomically.ts';
import { GATE_MEANINGS, type GatedReport, gateProblems } from './gates.ts';
import type { Played } from './playScenario.ts';

/** The forms in which `simulate` tells what it found. */
export const IMPACT_FORMATS = ['text', 'json', 'html', 'csv', 'sarif', 'junit'] as const;
export type ImpactFormat = (typeof IMPACT_FORMATS)[number];

export type WriteOptions = {
  readonly register: ClauseRegister;
  /** Signs the report, which pages and JSON can say. */
  readonly key?: SigningKey;
};

/** A report in one of the forms, ending in a line end. Signed JSON holds the scenario, too. */
export function writtenReport(played: Played, format: ImpactFormat, { register, key }: WriteOptions): string {
  const { report, scenario } = played;
  const signed = key && signReport({ scenario, report }, key);
  switch (format) {
    case 'text':
      return `${impactText(report, { ...played, register })}\n`;
    case 'json':
      return `${JSON.stringify(signed ?? report, null, 2)}\n`;
    case 'html':
      return htmlReport(report, {
        ...played,
        register,
        ...(signed && { signed: { digest: statementDigest(signed.statement), signatures: signed.signatures } }),
      });
    case 'csv':
      return csvReport(report, played);
    case 'sarif':
      return gateSarif([report]);
    case 'junit':
      return `${gateJunit([report])}\n`;
  }
}

/** A period in one of the forms. Throws `command:usage` for a table, which tells of one instant. */
export function writtenPeriod(
  period: PeriodReport,
  plays: readonly Played[],
  { format, register }: PeriodOptions,
): string {
  const { reports } = period;
  const [first] = plays;
  invariant(first, 'a period has an instant');
  switch (format) {
    case 'text':
      return periodText(
        period,
        plays.map((played) => writtenReport(played, 'text', { register })),
      );
    case 'json':
      return `${JSON.stringify(period, null, 2)}\n`;
    case 'html':
      return periodPage(period, { ...first, register });
    case 'sarif':
      return gateSarif(reports);
    case 'junit':
      return `${gateJunit(reports)}\n`;
    case 'csv':
      throw new CodedError('command:usage', 'a period has no form `csv`', {
        hint: 'name an instant with `--at`, or take JSON',
      });
  }
}

type PeriodOptions = { readonly format: ImpactFormat; readonly register: ClauseRegister };

/** What breaks the gates of reports, each thing once. */
function gateSarif(reports: readonly GatedReport[]): string {
  const problems = new Map(reports.flatMap(gateProblems).map((problem) => [JSON.stringify(problem), problem]));
  return `${JSON.stringify(sarifReport({ problems: [...problems.values()] }, GATE_MEANINGS), null, 2)}\n`;
}

/** Writes a text to a file, whole or not at all, or prints it where none is named. */
export function deliver(text: string, file: string | undefined): void {
  if (file === undefined) print(text.replace(/\n$/, ''));
  else writeAtomically(file, text);
}
