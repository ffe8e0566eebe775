import type { Change } from '../../twin/changes.ts';

/**
 * Homes that a scenario is played on, as the changes that made them. Every adapter promises that a home's changes are
 * the same each time, name only this home and its people, and follow from `areas`.
 */
export interface Population {
  readonly id: string;
  /** How many homes it has. */
  readonly size: number;
  /** Areas and organisations and their relations: what must be folded in before any home. */
  readonly areas: readonly Change[];
  /** The changes of the home of a number from 0. */
  home(index: number): readonly Change[];
}
