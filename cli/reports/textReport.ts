import { formatProblem } from '../problems.ts';
import type { Report } from './Report.ts';

/** A report for people: each problem with its place, or what is fine. */
export function textReport({ checked, problems }: Report): string {
  if (problems.length === 0) return checked.map((what) => `fine: ${what}`).join('\n');
  const sum = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return [...problems.map(formatProblem), '', sum].join('\n');
}
