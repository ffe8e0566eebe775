import type { HouseholdChange } from '../householdChanges.ts';
import type { HomeMode } from '../words.ts';

/** Who last set a thing, and when: `by` is an account, null when a rule did; `at` is ISO 8601 in UTC. */
type SetBy = { readonly by: string | null; readonly at: string };
type PackSwitch = SetBy & { readonly on: boolean; readonly parameters: Readonly<Record<string, unknown>> };

/**
 * What the household of a home has set about it. It is never edited: whoever holds one holds what was so then, and what is
 * made of it can be kept beside it for as long as it stands.
 */
export type Household = {
  readonly mode: HomeMode;
  /** Null until somebody sets one. */
  readonly modeSet: SetBy | null;
  /** What was switched on or off, by the id of the pack. */
  readonly packs: ReadonlyMap<string, PackSwitch>;
};

/** A household that has set nothing. */
export const NO_HOUSEHOLD: Household = { mode: 'home', modeSet: null, packs: new Map() };

/** The household as a change leaves it. */
export function foldHousehold(household: Household | null, change: HouseholdChange): Household {
  const before = household ?? NO_HOUSEHOLD;
  const { by, at } = change;
  switch (change.kind) {
    case 'mode_changed':
      return { ...before, mode: change.mode, modeSet: { by, at } };
    case 'pack_switched': {
      const { pack, on, parameters } = change;
      return { ...before, packs: new Map(before.packs).set(pack, { on, parameters, by, at }) };
    }
  }
}
