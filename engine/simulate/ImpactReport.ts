import type { Action, Category, Outcome, Purpose } from '../../twin/words.ts';
import type { ReportedOutcome } from '../census/Transitions.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Obligation } from '../obligations/Obligation.ts';
import type { Changes } from '../rego/composeDraft.ts';
import type { Reason } from '../rego/Verdict.ts';
import type { Bound, Measure } from './Scenario.ts';

/**
 * What a draft would change: exact counts of cells and homes. Homes are counted distinct in each line, so lines do not
 * add up. The same scenario, population and policies give the same bytes.
 */
export type ImpactReport = {
  readonly scenario: string;
  /** How many changes made the twin that was counted. */
  readonly revision: number;
  readonly population: { readonly id: string; readonly homes: number };
  /** Cells and homes that were asked about. */
  readonly cells: number;
  readonly homes: number;
  readonly matrix: readonly MatrixLine[];
  readonly changes: readonly ChangeClass[];
  readonly areas: readonly AreaLine[];
  readonly expectations: readonly Expectation[];
  readonly draft: Changes;
  /** Packages of the draft that are not in force at the instant of the scenario, so that they change nothing there. */
  readonly notInForce?: readonly { readonly package: string; readonly from: string; readonly until: string | null }[];
  readonly exact: true;
};

/** Cells whose outcome goes from one to another, and whether what must be done with them stays the same. */
export type MatrixLine = {
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly obligations: Obligations;
  readonly cells: number;
  readonly homes: number;
};

export type Obligations = {
  readonly kind: 'unchanged' | 'changed';
  readonly before: readonly Obligation[];
  readonly after: readonly Obligation[];
};

/** Cells that change in the same way for the same reasons. */
export type ChangeClass = {
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly obligations: Obligations;
  /** The rules that decide before and after. */
  readonly reasons: { readonly before: readonly Reason[]; readonly after: readonly Reason[] };
  readonly cells: number;
  readonly homes: number;
  /** How many of the cells each requester asks for. */
  readonly requesters: readonly { readonly id: string; readonly cells: number }[];
  readonly witness: Witness;
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

export type AreaLine = {
  readonly area: string;
  readonly category: Category;
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly cells: number;
  readonly homes: number;
};

export type Expectation = {
  readonly measure: Measure;
  readonly expected: Bound;
  readonly cells: number;
  readonly met: boolean;
};
