import type { DeviceValues, HomeRuleAct, HouseholdChange, RuleBody, Scene } from '../householdChanges.ts';
import type { HomeMode } from '../words.ts';

/** Who last set a thing, and when: `by` is an account, null when a rule did; `at` is ISO 8601 in UTC. */
type SetBy = { readonly by: string | null; readonly at: string };
type PackSwitch = SetBy & { readonly on: boolean; readonly parameters: Readonly<Record<string, unknown>> };
export type SceneNode = SetBy & { readonly scene: Scene };
type SceneRun = SetBy & { readonly scene: string; readonly run: string; readonly before: readonly DeviceValues[] };

/** What a rule of the home was from one change to the next. */
export type HomeRuleVersion = SetBy & {
  /** From 1. */
  readonly number: number;
  readonly act: HomeRuleAct;
  readonly body: RuleBody | null;
  readonly on: boolean;
  readonly restores: number | null;
};
/** A rule of the home's own: its last versions, oldest first. The last one is what holds. */
export type HomeRuleNode = readonly HomeRuleVersion[];

/** So many versions of a rule stay known; the log has all of them. */
const VERSIONS_KEPT = 20;

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
  readonly scenes: ReadonlyMap<string, SceneNode>;
  /** The last run of a scene; null when there was none, and when it was undone. */
  readonly lastRun: SceneRun | null;
  /** The home's own rules by their ids, also those that were removed. */
  readonly rules: ReadonlyMap<string, HomeRuleNode>;
};

/** A household that has set nothing. */
export const NO_HOUSEHOLD: Household = {
  mode: 'home',
  modeSet: null,
  packs: new Map(),
  scenes: new Map(),
  lastRun: null,
  rules: new Map(),
};

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
    case 'scene_set':
      return { ...before, scenes: new Map(before.scenes).set(change.scene.id, { scene: change.scene, by, at }) };
    case 'scene_removed': {
      const scenes = new Map(before.scenes);
      scenes.delete(change.scene);
      return { ...before, scenes };
    }
    case 'scene_run': {
      const { scene, run, before: values } = change;
      return { ...before, lastRun: { scene, run, before: values, by, at } };
    }
    case 'scene_undone':
      return before.lastRun?.run === change.run ? { ...before, lastRun: null } : before;
    case 'home_rule_changed': {
      const { rule, act, body, on, restores } = change;
      const versions = before.rules.get(rule) ?? [];
      const number = (versions.at(-1)?.number ?? 0) + 1;
      const next = [...versions, { number, act, body, on, restores, by, at }].slice(-VERSIONS_KEPT);
      return { ...before, rules: new Map(before.rules).set(rule, next) };
    }
  }
}
