import type { Condition } from '../Rule.ts';
import type { Scope } from './Scope.ts';
import { weekdayOf } from './template/clockCondition.ts';
import { knownOf, within } from './values.ts';
import { listed, type YamlTree } from './YamlTree.ts';

/** That it is one of these days of the week; null where none is named. */
export function weekdayCondition(tree: YamlTree | undefined, scope: Scope): Condition | null {
  if (!tree) return null;
  const days = listed(tree).map((day) => clockDay(day, scope));
  return days.length === 1
    ? { fact: 'weekday', operator: 'equal', value: days[0] }
    : { fact: 'weekday', operator: 'in', value: days };
}

function clockDay(tree: YamlTree, scope: Scope): string {
  return within(tree, () => weekdayOf(knownOf(tree, scope)));
}
