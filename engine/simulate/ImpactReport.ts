import type { Action, AreaLevel, Category, Grade, Outcome, Purpose } from '../../twin/words.ts';
import type { ReportedOutcome } from '../census/Transitions.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Obligation } from '../obligations/Obligation.ts';
import type { Changes } from '../rego/composeDraft.ts';
import type { RuleSource } from '../rego/RuleSource.ts';
import type { Reason } from '../rego/Verdict.ts';
import type { Limit } from './Limit.ts';
import type { Sleeper } from './notInForce.ts';
import type { Bound, Measure } from './Scenario.ts';

/** The version of the form of reports; a member that changes its meaning makes another one. */
export const IMPACT_REPORT_VERSION = 1;

/**
 * What a draft would change: exact counts of cells, homes and people. Homes and people are counted distinct in each line,
 * so lines do not add up. The same scenario, population and policies give the same bytes.
 */
export type ImpactReport = Counts & {
  readonly version: typeof IMPACT_REPORT_VERSION;
  readonly scenario: string;
  /** How many changes made the twin that was counted. */
  readonly revision: number;
  readonly population: {
    readonly id: string;
    readonly homes: number;
    /** Changes that are gone with their keys, so that what they said is not counted; left out where none is. */
    readonly erased?: number;
  };
  /** What the report was made of: whoever has the same gets the same report. */
  readonly inputs: Inputs;
  readonly matrix: readonly MatrixLine[];
  readonly changes: readonly ChangeClass[];
  readonly areas: readonly AreaLine[];
  /** What is asked about and what changes of the areas at every level from that of the scenario down. */
  readonly areaTotals: readonly AreaTotal[];
  /** The cells by area at every level from that of the scenario down, label and requester. */
  readonly slices: readonly Slice[];
  /** Rules that hold in no cell that was asked about. */
  readonly neverReached: IdleRules;
  /** Rules that hold in some cells and decide none of them: others beat them each time. */
  readonly neverDecide: IdleRules;
  readonly expectations: readonly Expectation[];
  /** Limits that the run was given beside its scenario, and whether they hold. */
  readonly limits?: readonly LimitLine[];
  readonly draft: Changes;
  /** Packages of the draft that are not in force at the instant of the scenario, so that they change nothing there. */
  readonly notInForce?: readonly Sleeper[];
  /** What is left out of the lists above, in words. */
  readonly omitted: readonly string[];
  readonly exact: true;
};

/** Cells, and the different homes and people that they are of. */
export type Counts = {
  readonly cells: number;
  readonly homes: number;
  /** Those whose life the homes show: tenants and residents, or the owners where nobody lives. */
  readonly people: number;
  /** Of the people, those of 17 and under, and the elders. */
  readonly minors: number;
  readonly elders: number;
};

/** Digests in hexadecimal. */
type Inputs = {
  /** SHA-256 of the scenario's canonical JSON. */
  readonly scenario: string;
  /** The content hashes of the bundles. */
  readonly baseline: string;
  readonly proposed: string;
  /** Of the population, where it has one; a generated one is named whole by its id. */
  readonly population: string | null;
  /** The version of the program, where it was said. */
  readonly engine: string | null;
};

/** Cells whose outcome goes from one to another, and whether what must be done with them stays the same. */
export type MatrixLine = Counts & {
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly obligations: Obligations;
};

export type Obligations = {
  readonly kind: 'unchanged' | 'changed';
  readonly before: readonly Obligation[];
  readonly after: readonly Obligation[];
};

/** Cells that change in the same way for the same reasons. */
export type ChangeClass = Counts & {
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly obligations: Obligations;
  /** The rules that decide before and after. */
  readonly reasons: { readonly before: readonly Reason[]; readonly after: readonly Reason[] };
  /** How many of the cells each requester asks for. */
  readonly requesters: readonly { readonly id: string; readonly cells: number }[];
  readonly witness: Witness;
  /** What in the witness's input would have to be otherwise for the proposed bundle to decide otherwise. */
  readonly smallestChange: SmallestChange;
};

/** One cell of a change class: the first by home, then by requester, device and property. */
export type Witness = {
  readonly requester: string;
  readonly action: Action;
  readonly purpose: Purpose;
  readonly home: string;
  readonly device: string;
  readonly property: string;
  readonly input: PolicyInput;
  /** The decisions on it, evaluated for it alone. An outcome that is withheld stands here as the aggregate it is. */
  readonly before: Outcome;
  readonly after: Outcome;
};

/** One change of one fact with which the proposed bundle was evaluated and decided otherwise, or that there is none. */
export type SmallestChange =
  | {
      readonly kind: 'flips';
      /** The path of the fact in the input, and its value before and after. */
      readonly path: string;
      readonly from: unknown;
      readonly to: unknown;
      /** The change in words, such as `resource.home.occupancy were rented`. */
      readonly condition: string;
      /** What it is then decided to be. */
      readonly outcome: Outcome;
      readonly obligations: readonly Obligation[];
      /** Whether that is what the baseline decides for the witness as it is. */
      readonly restores: boolean;
    }
  | {
      readonly kind: 'none';
      /** How many single changes were tried. */
      readonly tried: number;
      readonly reason: string;
    };

export type AreaLine = {
  readonly area: string;
  readonly category: Category;
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly cells: number;
  readonly homes: number;
};

export type AreaTotal = {
  readonly area: string;
  readonly level: AreaLevel;
  readonly cells: number;
  readonly homes: number;
  /** Those of them that change, if only in what must be done with them. */
  readonly changed: { readonly cells: number; readonly homes: number };
};

/** Cells of one area, label and requester with one transition. */
export type Slice = {
  readonly area: string;
  readonly level: AreaLevel;
  readonly category: Category;
  readonly grade: Grade;
  readonly requester: string;
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly obligations: Obligations['kind'];
  readonly cells: number;
  readonly homes: number;
};

/** Rules of each bundle; one that the draft does not touch stands in both. */
export type IdleRules = { readonly before: readonly IdleRule[]; readonly after: readonly IdleRule[] };

export type IdleRule = Pick<RuleSource, 'policy' | 'rule' | 'kind' | 'file' | 'line' | 'clauses'> & {
  /** There, and false, when the policy is not in force at the instant of the scenario. */
  readonly inForce?: false;
};

export type Expectation = {
  readonly measure: Measure;
  readonly expected: Bound;
  readonly cells: number;
  readonly met: boolean;
};

/** A limit with what it counts, and what of. */
export type LimitLine = Limit & {
  readonly cells: number;
  readonly homes: number;
  readonly of: { readonly cells: number; readonly homes: number };
  readonly met: boolean;
  /** The change classes that it counts, by their places in `changes`, from 0. */
  readonly changes: readonly number[];
};
