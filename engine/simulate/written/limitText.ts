import type { Limit, LimitUnit } from '../Limit.ts';
import type { Bound } from '../Scenario.ts';
import { count } from './numbers.ts';

const UNITS: Readonly<Record<LimitUnit, (bound: number) => string>> = {
  cells: (bound) => `${count(bound)} cells`,
  homes: (bound) => `${count(bound)} homes`,
  share_of_cells: (bound) => `${count(bound * 100)} % of cells`,
  share_of_homes: (bound) => `${count(bound * 100)} % of homes`,
};

/** What a limit allows, in words: `10 cells, 0.5 % of homes`. */
export function limitText({ at_most: most }: Limit): string {
  return Object.entries(most)
    .map(([unit, bound]) => UNITS[unit as LimitUnit](bound))
    .join(', ');
}

/** Where a limit holds, in words; `everywhere` without bounds. */
export function scopeText({ area, category, requester }: Limit): string {
  const parts = [
    ...(area === undefined ? [] : [`in ${area}`]),
    ...(category === undefined ? [] : [`of ${category}`]),
    ...(requester === undefined ? [] : [`for ${requester}`]),
  ];
  return parts.length === 0 ? 'everywhere' : parts.join(' ');
}

/** What a scenario expects of a number of cells, in words: `at least 1`. */
export function boundText(bound: Bound): string {
  if (typeof bound === 'number') return count(bound);
  const { at_least: least, at_most: most } = bound;
  return [least === undefined ? '' : `at least ${count(least)}`, most === undefined ? '' : `at most ${count(most)}`]
    .filter(Boolean)
    .join(', ');
}
