import { canonicalJson } from '../../canonicalJson.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import { type FactName, RULE_FACTS } from '../facts/index.ts';
import type { Condition } from '../Rule.ts';
import { complement, EVERYTHING, numbersBetween, oneOf, unite, type ValueSet } from './ValueSet.ts';

/** What a condition on a fact asks: which value must be in which set; or a text of which no more is known. */
export type Asked = {
  /** Equal for conditions on one value. */
  readonly key: string;
  readonly fact: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Null where it cannot be said: then the key is all that is known, and `holds` says whether it must hold. */
  readonly set: ValueSet | null;
  readonly holds: boolean;
  /** As it is written. */
  readonly operator: string;
  readonly value: unknown;
  /** Where it stands in the rule. */
  readonly path: DataPath;
};

/** Conditions without `not`: each part has been turned to what must hold. */
export type Logic =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Logic[] }
  | { readonly kind: 'asked'; readonly asked: Asked };

/** The conditions of a rule as what must hold for it; `conditions` of other files stay what they are by name. */
export function logicOf(condition: Condition, path: DataPath = ['conditions'], holds = true): Logic {
  if ('all' in condition || 'any' in condition) {
    const key = 'all' in condition ? 'all' : 'any';
    const parts = 'all' in condition ? condition.all : condition.any;
    // json-rules-engine takes no conditions for fulfilled, under `any` too.
    const kind = (key === 'all' || parts.length === 0) === holds ? 'all' : 'any';
    return { kind, parts: parts.map((part, index) => logicOf(part, [...path, key, index], holds)) };
  }
  if ('not' in condition) return logicOf(condition.not, [...path, 'not'], !holds);
  return { kind: 'asked', asked: askedOf(condition as unknown as Loose, path, holds) };
}

/** A condition as it may be written, of this form or one that came later. */
type Loose = Readonly<Record<string, unknown>>;

function askedOf(condition: Loose, path: DataPath, holds: boolean): Asked {
  const { fact = '', params = {}, path: inside, operator, value } = condition;
  const written = { operator: String(operator), value, path };
  const about = { fact: ALIASES[String(fact)] ?? String(fact), params: params as Loose, ...written };
  const time = minutesAsked(condition);
  if (time) return { ...about, key: 'local_time', set: holds ? time : complement(time), holds: true };
  const set = inside === undefined ? setOf(String(operator), value) : null;
  if (!set) return { ...about, key: canonicalJson(withoutName(condition)), set: null, holds };
  return { ...about, key: keyOf(about), set: holds ? set : complement(set), holds: true };
}

/** Equal for conditions on one value. */
export function keyOf({ fact, params }: Pick<Asked, 'fact' | 'params'>): string {
  return canonicalJson([fact, params]);
}

/** Facts that go by two names. */
const ALIASES: Readonly<Record<string, string>> = { home_occupancy: 'occupancy' };

/** A condition without what only says how it is called and when it is looked at. */
function withoutName({ name: _name, priority: _priority, ...rest }: Loose): Loose {
  return rest;
}

function setOf(operator: string, value: unknown): ValueSet | null {
  if (operator.startsWith('not:')) {
    const set = setOf(operator.slice('not:'.length), value);
    return set && complement(set);
  }
  // Another fact's value is known when it is asked.
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && 'fact' in value) return null;
  switch (operator) {
    case 'equal':
      return oneOf([value]);
    case 'notEqual':
      return complement(oneOf([value]));
    case 'in':
      return Array.isArray(value) ? oneOf(value) : null;
    case 'notIn':
      return Array.isArray(value) ? complement(oneOf(value)) : null;
    default:
      return typeof value === 'number' ? numbersBeside(operator, value) : null;
  }
}

function numbersBeside(operator: string, value: number): ValueSet | null {
  switch (operator) {
    case 'lessThan':
      return numbersBetween(-Infinity, value, { withFrom: false, withTo: false });
    case 'lessThanInclusive':
      return numbersBetween(-Infinity, value, { withFrom: false });
    case 'greaterThan':
      return numbersBetween(value, Infinity, { withFrom: false, withTo: false });
    case 'greaterThanInclusive':
      return numbersBetween(value, Infinity, { withTo: false });
    default:
      return null;
  }
}

const MINUTES_A_DAY = 24 * 60;

/** The minutes of a day that a condition on the local time asks for; null when it asks something else. */
function minutesAsked({ fact, params, operator, value }: Loose): ValueSet | null {
  const between = (params as { readonly between?: unknown } | undefined)?.between;
  if (fact !== 'local_time' || !Array.isArray(between) || typeof value !== 'boolean') return null;
  const [from, to] = between.map(minuteOf);
  if (from === undefined || to === undefined || Number.isNaN(from + to)) return null;
  const until = { withTo: false };
  const within =
    from <= to
      ? numbersBetween(from, to, until)
      : unite(numbersBetween(from, MINUTES_A_DAY, until), numbersBetween(0, to, until));
  if (operator === 'equal') return value ? within : complement(within);
  if (operator === 'notEqual') return value ? complement(within) : within;
  return null;
}

/** The minute of a day that `HH:MM` is. */
function minuteOf(text: unknown): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(String(text)) ?? [];
  return hours === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes);
}

/** What of a fact is known before it is asked. */
export function domainOf({ key, fact }: Pick<Asked, 'key' | 'fact'>): ValueSet {
  if (key === 'local_time') return numbersBetween(0, MINUTES_A_DAY, { withTo: false });
  const known = DOMAINS.get(fact) ?? domainOfFact(fact);
  DOMAINS.set(fact, known);
  return known;
}
const DOMAINS = new Map<string, ValueSet>();

/** Counts and times that went by. */
const NEVER_NEGATIVE = ['count', 'absent_for', 'held_for', 'room_held_for', 'repeats'];

function domainOfFact(fact: string): ValueSet {
  const described = Object.hasOwn(RULE_FACTS, fact) ? RULE_FACTS[fact as FactName] : undefined;
  if (NEVER_NEGATIVE.includes(fact)) return numbersBetween(0, Infinity, { withTo: false });
  // What is not known is null.
  if (described?.words) return oneOf([...described.words, null]);
  return described?.value?.type === 'boolean' ? oneOf([true, false, null]) : EVERYTHING;
}

/** Every condition on a fact. */
export function* everyAsked(logic: Logic): Generator<Asked> {
  if (logic.kind === 'asked') yield logic.asked;
  else for (const part of logic.parts) yield* everyAsked(part);
}
