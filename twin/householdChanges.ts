import type { HomeMode } from './words.ts';

/** Who did it and when: `by` is an account, null when a rule did; `at` is ISO 8601 in UTC. */
type Done = { readonly home: string; readonly by: string | null; readonly at: string };

/** Values to set, by property id. */
export type DeviceValues = { readonly device: string; readonly values: Readonly<Record<string, unknown>> };

/** Values of several devices that a household sets at once. */
export type Scene = { readonly id: string; readonly name: string; readonly values: readonly DeviceValues[] };

/** A rule in the language of `rules/`. */
export type RuleBody = Readonly<Record<string, unknown>>;

/** What was done with a rule. */
export const HOME_RULE_ACTS = ['set', 'removed', 'enabled', 'disabled', 'undone'] as const;
export type HomeRuleAct = (typeof HOME_RULE_ACTS)[number];

/** What a home's own household sets about it. Each change belongs to the home that it names. */
export type HouseholdChange =
  | (Done & { readonly kind: 'mode_changed'; readonly mode: HomeMode })
  /** A pack of rules begins to act in the home, or no longer does. */
  | (Done & {
      readonly kind: 'pack_switched';
      readonly pack: string;
      readonly on: boolean;
      /** The home's own values in the place of the pack's defaults. */
      readonly parameters: Readonly<Record<string, unknown>>;
    })
  | (Done & { readonly kind: 'scene_set'; readonly scene: Scene })
  | (Done & { readonly kind: 'scene_removed'; readonly scene: string })
  | (Done & {
      readonly kind: 'scene_run';
      readonly scene: string;
      readonly run: string;
      /** What it set, as far as it was known, before it did. */
      readonly before: readonly DeviceValues[];
    })
  | (Done & { readonly kind: 'scene_undone'; readonly scene: string; readonly run: string })
  /** A rule of the home's own is another from now on, or acts or does not. */
  | (Done & {
      readonly kind: 'home_rule_changed';
      readonly rule: string;
      readonly act: HomeRuleAct;
      /** The rule as it is written; null when it is removed. */
      readonly body: RuleBody | null;
      readonly on: boolean;
      /** The number of the version that it goes back to, where it does. */
      readonly restores: number | null;
    });
