import { type AutomationReport, type ImportReport, totalsText } from '../engine/rules/homeAssistant/importReport.ts';
import { formatTable, onOneLine } from './output.ts';

/** An import report for a terminal: what was not taken with its place, the counts by construct, and the totals. */
export function importText(report: ImportReport): string {
  const { automations, constructs, partial, unreadable } = report;
  const rest = automations.filter(({ outcome }) => outcome !== 'whole').map((each) => told(each, partial));
  const files = unreadable.map(({ file, line, why }) => onOneLine(`${file}${line === null ? '' : `:${line}`}: ${why}`));
  const counts = formatTable(
    [{ title: 'construct' }, { title: 'taken', align: 'right' }, { title: 'not taken', align: 'right' }],
    constructs.map(({ construct, taken, notTaken }) => [onOneLine(construct), String(taken), String(notTaken)]),
  );
  return [...files, ...rest, '', counts, '', totalsText(report)].join('\n').replace(/^\n+/, '');
}

function told({ file, line, alias, id, outcome, notTaken }: AutomationReport, partial: boolean): string {
  const reasons = notTaken.flatMap(({ line: at, construct, why, instead }) => [
    `  ${file}:${at}: ${construct}: ${why}`,
    ...(instead === null ? [] : [`    hint: ${instead}`]),
  ]);
  const became = outcome === 'part' ? (partial ? 'in part' : 'left') : outcome;
  return [`${file}:${line}: ${alias ?? id ?? 'an automation without a name'}: ${became}`, ...reasons]
    .map(onOneLine)
    .join('\n');
}
