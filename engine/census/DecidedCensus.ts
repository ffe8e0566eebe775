import { NONE } from './askedPlaces.ts';
import type { Behaviours } from './Behaviours.ts';
import type { HomeProfiles } from './HomeProfiles.ts';
import type { Transitions } from './Transitions.ts';

/** Homes of one area of the report for which every question has the same row of transitions. */
export type DecidedGroup = {
  readonly area: number;
  /** The number of the row for each question; −1 where it is not asked. */
  readonly rows: readonly number[];
};

/** A census with both bundles' decisions on every class. */
export type DecidedCensus = {
  readonly transitions: Transitions;
  readonly behaviours: Behaviours;
  /** Rows of transitions by behaviour. */
  readonly rows: readonly Int32Array[];
  readonly groups: readonly DecidedGroup[];
  /** The group of each part of the profiles; −1 for parts without homes. */
  readonly groupOfPart: Int32Array;
  readonly profiles: HomeProfiles;
  /** How many classes of cells were decided. */
  readonly classes: number;
};

/** The number of a home's group; −1 for homes that are not counted. */
export function groupOfHome({ groupOfPart, profiles: { of, partOf } }: DecidedCensus, home: number): number {
  return of[home] === NONE ? NONE : groupOfPart[partOf[of[home]!]!]!;
}
