import type { ClauseRegister } from '../../engine/clauses/ClauseRegister.ts';
import { csvReport } from '../../engine/simulate/written/csvReport.ts';
import { htmlReport } from '../../engine/simulate/written/htmlReport.ts';
import { impactText } from '../impactText.ts';
import { print } from '../output.ts';
import { writeAtomically } from '../writeAtomically.ts';
import type { Played } from './playScenario.ts';

/** The forms in which `simulate` tells what it found. */
export const IMPACT_FORMATS = ['text', 'json', 'html', 'csv'] as const;
export type ImpactFormat = (typeof IMPACT_FORMATS)[number];

/** A report in one of the forms, ending in a line end. */
export function writtenReport(played: Played, format: ImpactFormat, register: ClauseRegister): string {
  const { report } = played;
  switch (format) {
    case 'text':
      return `${impactText(report, { ...played, register })}\n`;
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'html':
      return htmlReport(report, { ...played, register });
    case 'csv':
      return csvReport(report, played);
  }
}

/** Writes a text to a file, whole or not at all, or prints it where none is named. */
export function deliver(text: string, file: string | undefined): void {
  if (file === undefined) print(text.replace(/\n$/, ''));
  else writeAtomically(file, text);
}
