import type { Action, Category, OrganisationKind, Purpose, ResourceType, Tier } from '../../twin/words.ts';

/** What the record of a stage tells beyond its bundle, also of the stage that it ends. */
export type RolloutRecord = {
  /** The number of the record of its first stage, by which a roll-out is known. */
  readonly rollout: number;
  readonly plan: RolloutPlan;
  /** From 1. */
  readonly stage: number;
  /** What was simulated for this stage before it began; null where none began. */
  readonly predicted: PredictedImpact | null;
  /** What came of the stage that this record ends; null where none did. */
  readonly observed: ObservedImpact | null;
  /** The bounds that were broken when it stopped by itself. */
  readonly breaches: readonly Breach[];
};

/** How a bundle is rolled out. */
export type RolloutPlan = {
  /** Shares of all homes in percent, rising to 100. */
  readonly stages: readonly number[];
  /** After how many milliseconds the next stage begins by itself; null waits for somebody. */
  readonly waitMs: number | null;
  readonly budget: RolloutBudget;
  /** Of so many decisions of the cohort, from over 0 to 1, the former bundle is asked too. */
  readonly sample: number;
  /** Whether rules that the bundle changes come with it, for all homes at once, when the last stage is over. */
  readonly rulesLast: boolean;
  /** Numbers the homes. */
  readonly salt: string;
  /** The scenario by which stages are simulated, as it was written; null asks as those whom the twin knows. */
  readonly scenario: string | null;
};

/** What a roll-out may bring and goes on. Shares are from 0 to 1; null bounds nothing. */
export type RolloutBudget = {
  /** Share of newly denied cells among those that the former bundle allows. */
  readonly newlyDenied: number | null;
  /** Cells that become raw: how many, or which share of those that either bundle allows. */
  readonly newlyRaw: { readonly cells: number } | { readonly share: number } | null;
  /** Cells for which the new bundle has an error and the former has none. */
  readonly errors: number | null;
  /** How long 99 of 100 decisions of the new bundle take at most, in milliseconds. */
  readonly p99Ms: number | null;
  /** Shares and times are judged once so many cells were seen; what must be 0 is judged at once. */
  readonly fromCells: number;
};

/** One bound of a budget that is broken: what it allows and what there is, in words. */
export type Breach = {
  readonly measure: 'newly_denied' | 'newly_raw' | 'errors' | 'p99';
  readonly most: string;
  readonly found: string;
};

/** Cells decided under both bundles. */
export type ImpactCounts = {
  readonly cells: number;
  /** Those that the former bundle allows, and those that one of the two does. */
  readonly allowedBefore: number;
  readonly allowed: number;
  /** Those whose outcome or obligations differ. */
  readonly changed: number;
  readonly newlyDenied: number;
  readonly newlyRaw: number;
  readonly errors: number;
};

/** What cells have in common that are counted together. */
export type ImpactKey = {
  readonly tier: Tier | 'anonymous';
  readonly organisation: OrganisationKind | null;
  readonly action: Action;
  readonly purpose: Purpose;
  readonly resource: ResourceType;
  readonly category: Category;
};

export type ImpactLine = { readonly of: ImpactKey; readonly counts: ImpactCounts };

/** What a stage would bring, counted exactly over the homes of its cohort at one revision of the twin. */
export type PredictedImpact = {
  readonly revision: number;
  readonly homes: number;
  readonly total: ImpactCounts;
  /** Without those that neither bundle allows anything of. */
  readonly lines: readonly ImpactLine[];
  /** Who asked: what others ask cannot be compared. */
  readonly asked: readonly Omit<ImpactKey, 'resource' | 'category'>[];
  /** Of so many people with accounts so many asked, each of their own homes. */
  readonly people: { readonly asked: number; readonly known: number };
};

/** What came of a stage: decisions that were answered. Instants are ISO 8601 in UTC. */
export type ObservedImpact = {
  readonly since: string;
  readonly until: string;
  /** Cells that the new bundle decided. */
  readonly decided: number;
  /** Of those, cells that the former was asked about too. */
  readonly total: ImpactCounts;
  readonly lines: readonly ImpactLine[];
  /** Cells that were left out because too many came at once. */
  readonly skipped: number;
  readonly p99Ms: number | null;
};
