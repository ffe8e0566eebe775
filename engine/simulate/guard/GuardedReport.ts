import type { Action, Category, Outcome, Purpose } from '../../../twin/words.ts';
import type { Changes } from '../../rego/composeDraft.ts';
import type { Reason } from '../../rego/Verdict.ts';
import type { Sleeper } from '../notInForce.ts';
import type { Effect } from './effects.ts';
import type { PrivacyBound } from './privacyBound.ts';

/**
 * What a draft would change, for a reader without the right to exact counts: fixed tables of homes under noise. Nothing in
 * it but the homes of each area depends on a home other than through noise that was paid for, so that any number of such
 * reports tells of one home no more than `guard.bound` says.
 */
export type GuardedReport = {
  readonly kind: 'guarded';
  readonly exact: false;
  readonly scenario: string;
  /** The day in UTC+8 at whose beginning the twin stood as it was counted. */
  readonly day: string;
  /** How many homes stand in the area that was asked about: not what is in them. */
  readonly population: { readonly id: string; readonly homes: number };
  readonly lines: readonly GuardedLine[];
  readonly draft: Changes;
  /** Packages of the draft that are not in force at the instant of the scenario, so that they change nothing there. */
  readonly notInForce?: readonly Sleeper[];
  readonly guard: Guard;
};

/**
 * About how many homes a draft does something to, for one requester and category: homes in which it does several things
 * count by the one that goes furthest. Lines that are missing have fewer homes than `guard.leastHomes`, or none.
 */
export type GuardedLine = Effect & {
  readonly requester: string;
  readonly category: Category;
  readonly homes: number;
  /** The areas of the line; they add up to it, with what `withheld` of them have together. */
  readonly areas: readonly { readonly area: string; readonly homes: number }[];
  readonly withheld: { readonly areas: number; readonly homes: number };
  /** Null where no class of homes is large enough to be shown. */
  readonly example: SyntheticWitness | null;
};

/** A home that nobody lives in: what policies read of a large class of homes, and of a property that they treat so. */
export type SyntheticWitness = {
  readonly home: 'synthetic';
  readonly device: 'synthetic';
  readonly action: Action;
  readonly purpose: Purpose;
  /** What the policies read, and no more. */
  readonly input: unknown;
  /** The decisions on it, evaluated for it alone. */
  readonly before: Outcome;
  readonly after: Outcome;
  readonly reasons: { readonly before: readonly Reason[]; readonly after: readonly Reason[] };
};

/** By what a report is guarded. */
export type Guard = {
  /** No figure is told below this many homes: the policy's `k`, or what noise leaves of meaning. */
  readonly leastHomes: number;
  readonly k: number;
  /** What was added to each count: a discrete Gaussian of this standard deviation, and no more than `most`. */
  readonly noise: { readonly standardDeviation: number; readonly most: number };
  /** What this answer cost, and what is left of the organisation's budget. */
  readonly units: number;
  readonly left: number;
  /** Of this answer; of all that the organisation can get within the term; of all that all organisations can. */
  readonly bound: {
    readonly answer: PrivacyBound;
    readonly organisation: PrivacyBound;
    readonly everybody: PrivacyBound;
    readonly days: number;
  };
  /** The same in a sentence for whoever reads the report. */
  readonly statement: string;
};
