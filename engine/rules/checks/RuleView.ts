import { canonicalJson } from '../../canonicalJson.ts';
import type { LoadedRule, Rule } from '../Rule.ts';
import { type Logic, logicOf } from './askedOf.ts';
import { commandsOf, effectsOf, effectText, type WantedCommand, type WantedEffect } from './effectsOf.ts';
import { type Situation, situationsOf } from './Situation.ts';
import { type Wake, type Waking, wakesOf, wakingOf } from './wakesOf.ts';

/** A rule as checks look at it: what wakes it, in which situations it acts, and what it does. */
export type RuleView = {
  readonly id: string;
  readonly file: string;
  readonly rule: Rule;
  readonly wakes: readonly Wake[];
  readonly waking: Waking;
  readonly logic: Logic;
  /** Null where there are too many to be looked at. */
  readonly situations: readonly Situation[] | null;
  readonly effects: readonly WantedEffect[];
  readonly commands: readonly WantedCommand[];
  /** `waking` as text, equal for equal ones. */
  readonly wakingText: string;
  /** Its effects as texts, equal for those that do the same. */
  readonly does: ReadonlySet<string>;
};

/** Reads a rule for checks. */
export function ruleView({ rule, file }: LoadedRule): RuleView {
  const logic = logicOf(rule.conditions);
  const effects = effectsOf(rule);
  const waking = wakingOf(rule);
  return {
    id: rule.id,
    file,
    rule,
    wakes: wakesOf(rule),
    waking,
    wakingText: canonicalJson(waking),
    logic,
    situations: situationsOf(logic),
    effects,
    commands: commandsOf(effects),
    does: new Set(effects.map(effectText)),
  };
}
