import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { RuleBody } from '../../twin/householdChanges.ts';
import type { LoadedRule, Rule } from '../rules/Rule.ts';
import { withShared } from '../rules/sharedConditions.ts';
import type { Pack } from './Pack.ts';
import { placeOf, withValueAt } from './placeOf.ts';
import type { RuleSet } from './RuleSet.ts';

/**
 * The rules that act in one home alone: its own, as far as they are enabled, and those of packs in which it has set values
 * of its own. Packs as they are act by themselves in each home that switched them on. In the book each bears the home's id
 * before its own, so that homes do not meet.
 */
export function rulesOfHome({ home, household }: HomeNode, { packs, grammar }: RuleSet): readonly LoadedRule[] {
  if (household === null) return [];
  const own = [...household.rules.values()].flatMap((versions): LoadedRule[] => {
    const { body, on } = versions.at(-1)!;
    return body !== null && on ? [loadedOf(home.id, body, grammar.shared)] : [];
  });
  const ofPacks = [...household.packs].flatMap(([id, { on, parameters }]) => {
    const pack = packs.get(id);
    return pack && on && Object.keys(parameters).length > 0 ? tuned(home.id, pack, parameters) : [];
  });
  return [...own, ...ofPacks];
}

/** A rule of a home's own as the book has it. */
export function loadedOf(home: string, body: RuleBody, shared: RuleSet['grammar']['shared']): LoadedRule {
  const rule = body as unknown as Rule;
  const conditions = withShared(rule.conditions, shared);
  return { rule: { ...rule, id: idInBook(home, rule.id), conditions }, file: `homes/${home}/rules/${rule.id}.json` };
}

/** The id under which a rule of a home stands in the book, in runs and in alarms. */
export function idInBook(home: string, id: string): string {
  return `${home}/${id}`;
}

/** The rules of a pack with a home's values in their places. Values of which the pack no longer knows are left out. */
function tuned(home: string, pack: Pack, parameters: Readonly<Record<string, unknown>>): readonly LoadedRule[] {
  const sets = Object.entries(pack.parameters).flatMap(([name, parameter]) =>
    Object.hasOwn(parameters, name)
      ? parameter.sets.map((place) => ({ ...placeOf(place), value: parameters[name] }))
      : [],
  );
  return pack.rules.map(({ rule, file }) => {
    const own = sets.filter(({ rule: id }) => id === rule.id);
    const set = own.reduce((next, { path, value }) => withValueAt(next, path, value), rule);
    const { pack: _, ...alone } = set;
    return { rule: { ...alone, id: idInBook(home, rule.id) }, file };
  });
}
