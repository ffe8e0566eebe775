import type { Condition } from '../Rule.ts';
import { allOf } from './conditionsOf.ts';
import { NotTaken } from './NotTaken.ts';
import { isOrdered, stateOf } from './readingConditions.ts';
import type { Scope } from './Scope.ts';
import type { Reading } from './template/Value.ts';
import { knownOf, within } from './values.ts';
import { textOf, type YamlMap, type YamlTree } from './YamlTree.ts';

/** That a number is above the one limit and below the other, as triggers and conditions say it. */
export function inRange(reading: Reading, tree: YamlMap, scope: Scope): Condition {
  const { above, below } = limitsOf(tree, scope);
  const parts: Condition[] = [];
  if (above !== undefined) parts.push(isOrdered(reading, 'greaterThan', above, scope));
  if (below !== undefined) parts.push(isOrdered(reading, 'lessThan', below, scope));
  return allOf(parts);
}

const PLAIN =
  /^\s*\{\{-?\s*state\.(?:state|attributes(?:\.(\w+)|\[\s*(['"])(\w+)\2\s*\]))\s*(?:\|\s*float\s*)?-?\}\}\s*$/;

/**
 * The attribute that is compared; null for the state. Before there was `attribute` a template took it out, which computes
 * nothing: `{{ state.attributes.load_power }}`.
 */
export function numberAttribute(tree: YamlMap): string | null {
  const template = tree.entries.get('value_template');
  const attribute = textOf(tree.entries.get('attribute')) ?? null;
  if (!template) return attribute;
  const match = PLAIN.exec(textOf(template) ?? '');
  if (match && attribute === null) return match[1] ?? match[3] ?? null;
  throw new NotTaken('numeric_state value_template', 'a number that a template computes is not known to a rule', {
    instead: 'compare the entity itself',
    line: template.line,
  });
}

type Limit = number | Reading | undefined;

/** What `above` and `below` say: numbers, or entities that say one. */
export function limitsOf(tree: YamlMap, scope: Scope): { readonly above: Limit; readonly below: Limit } {
  const limits = { above: limitOf(tree.entries.get('above'), scope), below: limitOf(tree.entries.get('below'), scope) };
  if (limits.above === undefined && limits.below === undefined) {
    throw new NotTaken('numeric_state', 'it says neither `above` nor `below` what');
  }
  return limits;
}

function limitOf(tree: YamlTree | undefined, scope: Scope): Limit {
  if (!tree) return undefined;
  return within(tree, () => {
    const value = knownOf(tree, scope);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    if (typeof value === 'string' && /^\w+\.\w+$/.test(value.trim())) return stateOf(value.trim().toLowerCase());
    throw new NotTaken('numeric_state', `\`${String(value)}\` is no number`);
  });
}
