import type { ClauseRegister } from '../../engine/clauses/ClauseRegister.ts';
import { csvReport } from '../../engine/simulate/written/csvReport.ts';
import { htmlReport } from '../../engine/simulate/written/htmlReport.ts';
import { signReport, statementDigest } from '../../engine/simulate/written/SignedReport.ts';
import type { SigningKey } from '../../trust/signing/signingKeyFile.ts';
import { impactText } from '../impactText.ts';
import { print } from '../output.ts';
import { gateJunit } from '../reports/gateJunit.ts';
import { sarifReport } from '../reports/sarifReport.ts';
import { writeAtomically } from '../writeAtomically.ts';
import { GATE_MEANINGS, gateProblems } from './gates.ts';
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
      return `${JSON.stringify(sarifReport({ problems: gateProblems(report) }, GATE_MEANINGS), null, 2)}\n`;
    case 'junit':
      return `${gateJunit(report)}\n`;
  }
}

/** Writes a text to a file, whole or not at all, or prints it where none is named. */
export function deliver(text: string, file: string | undefined): void {
  if (file === undefined) print(text.replace(/\n$/, ''));
  else writeAtomically(file, text);
}
