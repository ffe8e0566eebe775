import type { Category } from '../../twin/words.ts';
import type { Measure } from './Scenario.ts';

/** What a limit may bound; a share is one of the cells, or homes, that the limit is about, from 0 to 1. */
export const LIMIT_UNITS = ['cells', 'homes', 'share_of_cells', 'share_of_homes'] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];

/** How much a change may do at most, of one kind: everywhere, or in an area, to a category, for a requester. */
export type Limit = {
  readonly measure: Measure;
  readonly at_most: Readonly<Partial<Record<LimitUnit, number>>>;
  readonly area?: string;
  readonly category?: Category;
  readonly requester?: string;
};
