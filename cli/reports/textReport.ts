import { formatProblem, isError } from '../problems.ts';
import type { Report } from './Report.ts';

/** A report for people: each problem with its place, or what is fine. */
export function textReport({ checked, problems }: Report): string {
  if (problems.length === 0) return checked.map((what) => `fine: ${what}`).join('\n');
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  const sum = [
    ...(errors > 0 ? [counted(errors, 'problem')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return [...problems.map(formatProblem), '', sum.join(', ')].join('\n');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
