import type {
  Action,
  AreaLevel,
  Assurance,
  Category,
  OrganisationKind,
  Purpose,
  Role,
  Tier,
} from '../../twin/words.ts';
import type { Channel } from '../facts/PolicyInput.ts';

/** Who asks what of whom, for which purpose and when; `scenario.schema.json` says the same as a JSON Schema. */
export type Scenario = {
  readonly name: string;
  readonly title: string;
  /** What it is to answer, in the words of whoever asks. */
  readonly question: string;
  /** The instant at which all is asked, ISO 8601. */
  readonly at: string;
  readonly population: { readonly seed: number; readonly homes: number };
  /** The area whose homes are asked about. */
  readonly area: string;
  /** The level of the areas that the report tells apart; `district` when missing. */
  readonly report_by?: AreaLevel;
  readonly requesters: readonly Requester[];
  /** For requesters that name none of their own. */
  readonly actions: readonly Action[];
  readonly purposes: readonly Purpose[];
  /** Only properties of these categories, and of these names; all when missing. */
  readonly categories?: readonly Category[];
  readonly properties?: readonly string[];
  /** A draft that it is made for, by its name in `policies/drafts`. */
  readonly draft?: string;
  /** What must hold of the result. */
  readonly expect?: Readonly<Partial<Record<Measure, Bound>>>;
};

/** One who asks, or one for each area. */
export type Requester = {
  readonly id: string;
  readonly tier: Tier;
  /** An organisation by id; or, of a kind, the one that serves the area in which a home stands. */
  readonly organisation?: string | { readonly local: OrganisationKind };
  readonly person?: string;
  /** The area of its platform: an area's id, or `own` for the area of the organisation. None when missing. */
  readonly area?: string;
  readonly roles?: readonly Role[];
  readonly assurance?: Assurance;
  readonly multi_factor?: boolean;
  readonly channel?: Channel;
  readonly actions?: readonly Action[];
  readonly purposes?: readonly Purpose[];
};

/** Numbers of cells that a scenario may expect. */
export const MEASURES = ['changed', 'newly_allowed', 'newly_denied', 'newly_raw', 'widened', 'narrowed'] as const;
export type Measure = (typeof MEASURES)[number];

/** Just so many cells, or so many at least and at most. */
export type Bound = number | { readonly at_least?: number; readonly at_most?: number };
