import type { AutomationReport, ImportReport } from '../engine/rules/homeAssistant/importReport.ts';
import { formatTable, onOneLine } from './output.ts';

const OUTCOMES = { whole: 'whole', part: 'in part', refused: 'refused' } as const;

/** An import report for a terminal: what was not taken with its place, the counts by construct, and the totals. */
export function importText({ automations, constructs, totals, unreadable }: ImportReport): string {
  const rest = automations.filter(({ outcome }) => outcome !== 'whole').map(told);
  const files = unreadable.map(({ file, line, why }) => onOneLine(`${file}${line === null ? '' : `:${line}`}: ${why}`));
  const counts = formatTable(
    [{ title: 'construct' }, { title: 'taken', align: 'right' }, { title: 'not taken', align: 'right' }],
    constructs.map(({ construct, taken, notTaken }) => [onOneLine(construct), String(taken), String(notTaken)]),
  );
  const { whole, wholeWithNotes, part, refused, rules } = totals;
  const noted = wholeWithNotes === 0 ? '' : ` (${wholeWithNotes} with something to know: see --report)`;
  const sum = `${totals.automations} automations: ${whole} converted whole${noted}, ${part} in part, ${refused} refused; ${rules} rules`;
  return [...files, ...rest, '', counts, '', sum].join('\n').replace(/^\n+/, '');
}

function told({ file, line, alias, id, outcome, notTaken }: AutomationReport): string {
  const reasons = notTaken.flatMap(({ line: at, construct, why, instead }) => [
    `  ${file}:${at}: ${construct}: ${why}`,
    ...(instead === null ? [] : [`    hint: ${instead}`]),
  ]);
  return [`${file}:${line}: ${alias ?? id ?? 'an automation without a name'}: ${OUTCOMES[outcome]}`, ...reasons]
    .map(onOneLine)
    .join('\n');
}
