import { isArray, isObject, isSet, type RegoSet, type RegoValue, sortedEntriesOf } from '../../RegoValue.ts';
import type { Builtins } from './Builtin.ts';
import { goFormat, regoText } from './goFormat.ts';

/** Functions of texts. Positions and lengths count characters, not UTF-16's units. */
export const text: Builtins = {
  concat: (separator, parts) => {
    if (typeof separator !== 'string') return undefined;
    const items = isArray(parts) ? parts : isSet(parts) ? parts.sorted() : undefined;
    return items?.every(isText) ? items.join(separator) : undefined;
  },
  contains: (a, b) => ofTexts(a, b, (x, y) => x.includes(y)),
  startswith: (a, b) => ofTexts(a, b, (x, y) => x.startsWith(y)),
  endswith: (a, b) => ofTexts(a, b, (x, y) => x.endsWith(y)),
  indexof: (a, b) =>
    ofTexts(a, b, (x, y) => {
      if (y === '') return undefined;
      const at = x.indexOf(y);
      return at < 0 ? -1 : [...x.slice(0, at)].length;
    }),
  substring: (a, start, length) => {
    if (typeof a !== 'string' || !Number.isInteger(start) || !Number.isInteger(length)) return undefined;
    const [from, count] = [start as number, length as number];
    if (from < 0) return undefined;
    return [...a].slice(from, count < 0 ? undefined : from + count).join('');
  },
  lower: (a) => (isText(a) ? eachCharacter(a, lowered) : undefined),
  upper: (a) => (isText(a) ? eachCharacter(a, raised) : undefined),
  'strings.reverse': (a) => (isText(a) ? [...a].reverse().join('') : undefined),
  split: (a, b) => ofTexts(a, b, (x, y) => (y === '' ? [...x] : x.split(y))),
  replace: (a, b, c) => (isText(c) ? ofTexts(a, b, (x, y) => replaceAll(x, y, c)) : undefined),
  'strings.replace_n': (patterns, a) => (isObject(patterns) && isText(a) ? replaceEach(patterns, a) : undefined),
  trim: (a, b) => ofTexts(a, b, (x, y) => trimRight(trimLeft(x, y), y)),
  trim_left: (a, b) => ofTexts(a, b, trimLeft),
  trim_right: (a, b) => ofTexts(a, b, trimRight),
  trim_prefix: (a, b) => ofTexts(a, b, (x, y) => (x.startsWith(y) ? x.slice(y.length) : x)),
  trim_suffix: (a, b) => ofTexts(a, b, (x, y) => (y !== '' && x.endsWith(y) ? x.slice(0, -y.length) : x)),
  trim_space: (a) => (isText(a) ? a.replace(LEADING_SPACE, '').replace(TRAILING_SPACE, '') : undefined),
  format_int: (a, base) => {
    if (typeof a !== 'number' || ![2, 8, 10, 16].includes(base as number)) return undefined;
    return BigInt(Math.trunc(a)).toString(base as number);
  },
  sprintf: (format, args) => (isText(format) && isArray(args) ? goFormat(format, args) : undefined),
  'internal.template_string': (parts) => {
    if (!isArray(parts)) return undefined;
    const texts = parts.map(partText);
    return texts.every(isText) ? texts.join('') : undefined;
  },
};

/** A part of a template: a set of the one value that an expression has, or of none. */
function partText(part: RegoValue): string | undefined {
  if (!isSet(part)) return regoText(part);
  const [value, ...more] = (part as RegoSet).members();
  if (more.length > 0) return undefined;
  return value === undefined ? '<undefined>' : regoText(value);
}

// What Go's unicode.IsSpace has.
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const LEADING_SPACE = new RegExp(`^${SPACE}+`);
const TRAILING_SPACE = new RegExp(`(?<!${SPACE})${SPACE}+$`);

function isText(value: RegoValue): value is string {
  return typeof value === 'string';
}

function ofTexts(a: RegoValue, b: RegoValue, apply: (x: string, y: string) => RegoValue): RegoValue {
  return isText(a) && isText(b) ? apply(a, b) : undefined;
}

/** Go maps each character by itself to one character, without the rules for words. */
function eachCharacter(value: string, map: (character: string) => string): string {
  let mapped = '';
  for (const character of value) mapped += map(character);
  return mapped;
}

/** The one that becomes two in JavaScript is İ: i with its dot beside it. */
function lowered(character: string): string {
  return String.fromCodePoint(character.toLowerCase().codePointAt(0)!);
}

const WITH_IOTA: readonly (readonly [letters: RegExp, distance: number])[] = [
  [/[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/, 8],
  [/[\u1fb3\u1fc3\u1ff3]/, 9],
];

/** What becomes several in JavaScript stays as it is, but for Greek letters that have the iota below as capitals too. */
function raised(character: string): string {
  const other = character.toUpperCase();
  if ([...other].length === 1) return other;
  const found = WITH_IOTA.find(([letters]) => letters.test(character));
  return found ? String.fromCodePoint(character.codePointAt(0)! + found[1]) : character;
}

function replaceAll(value: string, old: string, by: string): string {
  // Between all characters, where JavaScript would go between all units.
  if (old === '') return `${by}${[...value].map((character) => character + by).join('')}`;
  return value.split(old).join(by);
}

/** What Go's strings.NewReplacer does: at each place the first of the sorted patterns that is there. */
function replaceEach(patterns: RegoValue, value: string): string | undefined {
  const pairs: (readonly [string, string])[] = [];
  for (const [old, by] of sortedEntriesOf(patterns)) {
    if (!isText(old) || !isText(by)) return undefined;
    pairs.push([old, by]);
  }
  let replaced = '';
  let emptyBefore = false;
  for (let at = 0; at <= value.length; ) {
    const found = pairs.find(([old]) => (old === '' ? !emptyBefore : value.startsWith(old, at)));
    if (found) {
      replaced += found[1];
      at += found[0].length;
      emptyBefore = found[0] === '';
    } else {
      const character = String.fromCodePoint(value.codePointAt(at) ?? 0);
      if (at < value.length) replaced += character;
      at += character.length;
      emptyBefore = false;
    }
  }
  return replaced;
}

function trimLeft(value: string, cut: string): string {
  const characters = new Set(cut);
  let at = 0;
  for (const character of value) {
    if (!characters.has(character)) break;
    at += character.length;
  }
  return value.slice(at);
}

function trimRight(value: string, cut: string): string {
  const characters = new Set(cut);
  const kept = [...value];
  while (kept.length > 0 && characters.has(kept.at(-1)!)) kept.pop();
  return kept.join('');
}
