import type { DeviceKind } from '../../twin/words.ts';
import type { LoadedRule } from '../rules/Rule.ts';

/** A text for the people of a home. */
type Text = { readonly en: string; readonly zh: string };

/** What a pack works with: a device with one of the properties, of a kind, in a room or of a name where the pack says so. */
export type PackNeed = {
  readonly title: Text;
  readonly properties: readonly string[];
  readonly kind?: DeviceKind;
  readonly room?: string;
  readonly name?: string;
  readonly optional?: boolean;
};

/** What a home may set of a pack, within bounds. */
export type PackParameter = {
  readonly title: Text;
  /** `time` is a local time such as `22:00`, `duration` one of ISO 8601. */
  readonly type: 'number' | 'time' | 'duration';
  readonly unit?: string;
  readonly default: number | string;
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  /** The places that it sets: the id of a rule of the pack, `#`, and a JSON pointer into the rule. */
  readonly sets: readonly string[];
};

/** A service that a home switches on: its rules act in homes that did, and in no other. */
export type Pack = {
  /** The name of its folder. */
  readonly id: string;
  readonly title: Text;
  readonly about: Text;
  readonly clauses: readonly string[];
  readonly needs: readonly PackNeed[];
  readonly parameters: Readonly<Record<string, PackParameter>>;
  /** As they stand in their files, with the defaults in place. */
  readonly rules: readonly LoadedRule[];
};
export type Packs = ReadonlyMap<string, Pack>;
