import type { DataPath } from '../../documents/DataSource.ts';
import { type Asked, everyAsked } from './askedOf.ts';
import { areAny, both, type Devices, isListed, type PropertyUse, wordsSaid } from './Devices.ts';
import type { RuleCheck, Told } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import { complement, holds, intersect, isEmpty, type ValueSet } from './ValueSet.ts';
import type { Waking } from './wakesOf.ts';
import { wordHint } from './wordHint.ts';

/** Properties that a rule is woken by or asks for, and the values that it asks of them, by what models of devices report. */
export const propertiesAsked: RuleCheck = function* ({ rules, devices, focus }) {
  for (const rule of rules) {
    if (!focus(rule)) continue;
    for (const { kind, key, path } of rule.wakes) {
      if (kind === 'property') yield* reported(key, rule.waking, devices, { rule, path });
    }
    for (const asked of everyAsked(rule.logic)) yield* inCondition(asked, rule, devices);
  }
};

type At = { readonly rule: RuleView; readonly path: DataPath };

/** The facts that are made of one property, and the parameter that names it. */
const NAMED_BY: Readonly<Record<string, string>> = {
  property: 'name',
  previous: 'name',
  count: 'property',
  held_for: 'property',
  rate_of_change: 'property',
};

function* inCondition(asked: Asked, rule: RuleView, devices: Devices): Generator<Told> {
  const { fact, params, path } = asked;
  const named = NAMED_BY[fact];
  if (named === undefined || typeof params[named] !== 'string') return;
  const name = params[named];
  // Another device of the home may be of any model.
  const waking = params['device'] === undefined ? rule.waking : {};
  const wrong = [...reported(name, waking, devices, { rule, path: [...path, 'params', named] })];
  yield* wrong;
  if (wrong.length > 0) return;
  const uses = usesBy(name, waking, devices).filter(({ property }) => property.access.published);
  if (uses.length === 0) return;
  if (fact === 'property' || fact === 'previous') yield* ofValue(asked, name, uses, rule);
  for (const list of ['in', 'reset_by'] as const) {
    const words = params[list];
    if (Array.isArray(words)) yield* ofWords(words, name, uses, { rule, path: [...path, 'params', list] });
  }
}

function* reported(name: string, waking: Waking, devices: Devices, at: At): Generator<Told> {
  // That there is no such model is told elsewhere.
  if (!areAny(devices.matching({ model: waking.model }))) return;
  if (devices.usesOf(name).length === 0) {
    const hint = wordHint(name, devices.properties);
    yield { ...at, code: 'rule:property.unknown', message: `no device has a property \`${name}\``, ...hint };
  } else if (!usesBy(name, waking, devices).some(({ property }) => property.access.published)) {
    const who = waking.model ?? (waking.kind === undefined ? 'device' : waking.kind);
    yield { ...at, code: 'rule:property.unreported', message: `no ${who} reports \`${name}\`` };
  }
}

function usesBy(name: string, { kind, model }: Waking, devices: Devices): readonly PropertyUse[] {
  const models = devices.matching({ kind, model });
  return devices.usesOf(name).filter((use) => areAny(both(use.models, models)));
}

function ofValue({ operator, value, set, path }: Asked, name: string, uses: readonly PropertyUse[], rule: RuleView) {
  // What stands inside of a value, or is another fact's, is told when it is asked. Text that belongs in no comparison has no set.
  if (!set && !isBound(operator, value)) return [];
  const plain = operator.replace(/^(?:not:)+/, '');
  if (plain === 'equal' || plain === 'notEqual') return ofWords([value], name, uses, { rule, path }, ['value']);
  if ((plain === 'in' || plain === 'notIn') && Array.isArray(value)) {
    return ofWords(value, name, uses, { rule, path: [...path, 'value'] });
  }
  const at = { rule, path: [...path, 'value'] };
  return set ? ofBound(set, value, name, uses, at) : [noNumber(value, name, uses, at)];
}

/** Whether text is compared with, where only numbers are more or less than another. */
function isBound(operator: string, value: unknown): boolean {
  return /^(?:not:)*(?:less|greater)Than/.test(operator) && typeof value === 'string';
}

/** Each of some words is one that the property says; null says that it is not known. */
function* ofWords(
  words: readonly unknown[],
  name: string,
  uses: readonly PropertyUse[],
  { rule, path }: At,
  own?: DataPath,
): Generator<Told> {
  for (const [index, word] of words.entries()) {
    const saying = uses.filter(({ says }) => holds(says, word));
    const listed = uses.filter(isListed);
    if (word === null || saying.some(isListed) || (saying.length > 0 && listed.length === 0)) continue;
    const told = notSaid(word, name, listed.length > 0 ? listed : uses, { rule, path: [...path, ...(own ?? [index])] });
    yield saying.length > 0 ? unlisted(told) : told;
  }
}

/** What only a device may say that says whatever it likes, such as an entity of another system. */
function unlisted(told: Told): Told {
  return { ...told, severity: 'warning', message: `${told.message}, as far as models tell what they say` };
}

function notSaid(word: unknown, name: string, uses: readonly PropertyUse[], at: At): Told {
  const types = new Set(uses.map(({ property }) => property.type));
  if (typeof word === 'number' && types.has('numeric')) return outOfRange(word, name, uses, at);
  if (types.size === 1 && types.has('numeric')) return noNumber(word, name, uses, at);
  return {
    ...at,
    code: 'rule:value.unknown',
    message: `\`${name}\` never says \`${JSON.stringify(word)}\``,
    ...wordHint(word, wordsSaid(uses)),
  };
}

/** A bound within what the property says: beyond it, all of its values are on one side. */
function* ofBound(set: ValueSet, bound: unknown, name: string, uses: readonly PropertyUse[], at: At): Generator<Told> {
  const numeric = uses.filter(({ says }) => says.numbers.length > 0);
  if (numeric.length === 0) {
    const message = `\`${name}\` is no number: it is never more or less than \`${JSON.stringify(bound)}\``;
    yield { ...at, code: 'rule:value.no_number', message, hint: 'ask with `equal` or `in`' };
    return;
  }
  const deciding = numeric.filter(({ says }) => {
    return !isEmpty(intersect(says, set)) && !isEmpty(intersect({ ...says, others: NO_OTHERS }, complement(set)));
  });
  const listed = numeric.filter(isListed);
  if (deciding.some(isListed) || (deciding.length > 0 && listed.length === 0)) return;
  const told = outOfRange(bound, name, listed.length > 0 ? listed : numeric, at);
  yield deciding.length > 0 ? unlisted(told) : told;
}
const NO_OTHERS = { allBut: false, listed: new Set<string>() };

function outOfRange(value: unknown, name: string, uses: readonly PropertyUse[], at: At): Told {
  const numeric = uses.filter(({ property }) => property.type === 'numeric').map(({ property }) => property);
  const lowest = Math.min(...numeric.map(({ min = -Infinity }) => min));
  const highest = Math.max(...numeric.map(({ max = Infinity }) => max));
  const message = `\`${value}\` is outside of what \`${name}\` says, ${lowest} to ${highest}${unitOf(uses)}`;
  return { ...at, code: 'rule:value.out_of_range', message };
}

/** Text where a number belongs: perhaps one with a unit, or a duration. */
function noNumber(word: unknown, name: string, uses: readonly PropertyUse[], at: At): Told {
  const [, number, unit] = /^\s*(-?\d+(?:\.\d+)?)\s*(\S.*)?$/.exec(String(word)) ?? [];
  const told = `\`${name}\` is a number, and \`${JSON.stringify(word)}\` is none`;
  if (number === undefined) return { ...at, code: 'rule:value.no_number', message: told };
  const own = unitOf(uses).trim();
  const hint =
    unit === undefined || unit === own ? `write ${number}` : `write how much it is in ${own || 'its own unit'}`;
  return { ...at, code: unit === undefined ? 'rule:value.no_number' : 'rule:unit.misplaced', message: told, hint };
}

function unitOf(uses: readonly PropertyUse[]): string {
  const units = [...new Set(uses.flatMap(({ property: { unit } }) => unit ?? []))];
  return units.length === 0 ? '' : ` ${units.join(' or ')}`;
}
