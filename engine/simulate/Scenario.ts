import type { Change } from '../../twin/changes.ts';
import type {
  Action,
  AgeBand,
  AreaLevel,
  Assurance,
  Category,
  Grade,
  HomeFlag,
  LeaseState,
  Occupancy,
  OrganisationKind,
  Purpose,
  Role,
  Tier,
} from '../../twin/words.ts';
import type { Channel } from '../facts/PolicyInput.ts';

/** The version of the language; a document of another one is refused. */
export const SCENARIO_VERSION = 1;

/** Who asks what of whom, for which purpose and when; `scenario.schema.json` says the same as a JSON Schema. */
export type Scenario = {
  readonly version?: typeof SCENARIO_VERSION;
  readonly name: string;
  readonly title: string;
  /** What it is to answer, in the words of whoever asks. */
  readonly question: string;
  /** The instant at which all is asked, ISO 8601; of a period the first. */
  readonly at: string;
  /** The end of a period, left out of it; see `simulatePeriod`. */
  readonly until?: string;
  /** The step of a period, an ISO 8601 duration; without one it is asked whenever access can have changed. */
  readonly every?: string;
  readonly population: ScenarioPopulation;
  /** The area whose homes are asked about. */
  readonly area: string;
  /** The level of the areas that the report tells apart; `district` when missing. */
  readonly report_by?: AreaLevel;
  readonly requesters: readonly RequesterPattern[];
  /** For requesters that name none of their own. */
  readonly actions: readonly Action[];
  readonly purposes: readonly Purpose[];
  /** Only properties of these categories, of these grades and of these names; all when missing. */
  readonly categories?: readonly Category[];
  readonly grades?: readonly Grade[];
  readonly properties?: readonly string[];
  /** What is compared: the active policies when missing, with what is proposed. */
  readonly baseline?: PolicyChoice;
  readonly proposed?: PolicyChoice;
  /** Short for `proposed: { draft: .. }`. */
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

/** Each of these in turn: a member that has several makes one requester of each combination. */
export type Each<Value> = { readonly each: Value };

/** Requesters that differ in what they say `each` of; what `expandRequesters` makes of it has none. */
export type RequesterPattern = Omit<
  Requester,
  'tier' | 'organisation' | 'area' | 'roles' | 'assurance' | 'multi_factor' | 'channel'
> & {
  readonly tier: Tier | Each<readonly Tier[]>;
  /** All organisations of a kind, or these. */
  readonly organisation?: Requester['organisation'] | Each<OrganisationKind | readonly string[]>;
  /** The platforms of all areas of a level, or of these. */
  readonly area?: string | Each<AreaLevel | readonly string[]>;
  readonly roles?: readonly Role[] | Each<readonly (readonly Role[])[]>;
  readonly assurance?: Assurance | Each<readonly Assurance[]>;
  readonly multi_factor?: boolean | Each<readonly boolean[]>;
  readonly channel?: Channel | Each<readonly Channel[]>;
};

/**
 * The homes of a scenario: generated, those of the data folder as they are (`live`) or as they were at an instant, or any
 * of these with changes that happened to nobody.
 */
export type ScenarioPopulation = GeneratedPopulation | KnownPopulation | { readonly fork: Fork };
/** No generated city has more, and no seed is higher. */
export const MOST_HOMES = 10_000_000;
export const HIGHEST_SEED = 2 ** 32 - 1;
type GeneratedPopulation = { readonly seed: number; readonly homes: number };
export type KnownPopulation = 'live' | { readonly at: string };
export type Fork = {
  readonly of: GeneratedPopulation | KnownPopulation;
  readonly changes: readonly (Change | ForkedHomes)[];
};

/** What happens to every home of a kind; `$home` and the like stand for what each home has, see `forkChanges`. */
export type ForkedHomes = {
  readonly homes: {
    readonly area?: string;
    readonly occupancy?: readonly Occupancy[];
    /** All of them. */
    readonly flags?: readonly HomeFlag[];
    readonly lease?: LeaseState;
    /** Somebody of this age lives there. */
    readonly lives_there?: AgeBand;
    /** So many of those of which all else is true, picked by their ids: the same ones each time. */
    readonly share?: number;
  };
  readonly changes: readonly Change[];
};

/**
 * Policies to compare: `active` are those of the data folder, or where it has none those of the repository, which are
 * `built_in`; other words are a draft by name or path, or the file of a signed bundle (`.twb`).
 */
export type PolicyChoice =
  | string
  | { readonly draft: string; readonly base?: PolicyChoice }
  /** A signed bundle: a file, or the number of a record or the id of one that the data folder has. */
  | { readonly bundle: string | number }
  | {
      /** What is edited; the baseline when missing. */
      readonly base?: PolicyChoice;
      /** Policies by path, such as `policies/sharing/care/care.rego`, and the file that stands in their place. */
      readonly replace?: Readonly<Record<string, string>>;
      /** Packages, or policies by path. */
      readonly remove?: readonly string[];
    };

/** Numbers of cells that a scenario may expect. */
export const MEASURES = ['changed', 'newly_allowed', 'newly_denied', 'newly_raw', 'widened', 'narrowed'] as const;
export type Measure = (typeof MEASURES)[number];

/** Just so many cells, or so many at least and at most. */
export type Bound = number | { readonly at_least?: number; readonly at_most?: number };
