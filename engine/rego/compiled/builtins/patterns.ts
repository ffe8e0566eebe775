import { isArray, type RegoValue } from '../../RegoValue.ts';
import type { Builtins } from './Builtin.ts';
import { globSource } from './globSource.ts';
import { PatternError } from './regex/parsePattern.ts';
import { Regex } from './regex/Regex.ts';

/** Regular expressions and globs. */
export const patterns: Builtins = {
  'regex.is_valid': (pattern) => typeof pattern === 'string' && regexOf(pattern) !== undefined,
  'regex.match': { cost: costOf, run: matches },
  'regex.find_all_string_submatch_n': {
    cost: (pattern, text) => costOf(pattern, text) * 4,
    run: (pattern, text, limit) => {
      if (typeof text !== 'string' || !Number.isInteger(limit)) return undefined;
      return regexOf(pattern)?.findAll(text, limit as number);
    },
  },
  'regex.split': {
    cost: (pattern, text) => costOf(pattern, text) * 4,
    run: (pattern, text) => (typeof text === 'string' ? regexOf(pattern)?.split(text) : undefined),
  },
  'glob.match': {
    cost: (pattern, _, text) =>
      typeof pattern === 'string' && typeof text === 'string' ? pattern.length * text.length : 0,
    run: (pattern, delimiters, text) => {
      if (typeof pattern !== 'string' || typeof text !== 'string') return undefined;
      const separators = separatorsOf(delimiters);
      const source = separators && globSource(pattern, separators);
      return source === undefined ? undefined : regexOf(source)?.matches(text);
    },
  },
};

function matches(pattern: RegoValue, text: RegoValue): RegoValue {
  return typeof text === 'string' ? regexOf(pattern)?.matches(text) : undefined;
}

/** Steps are worth a few instructions each. */
function costOf(pattern: RegoValue, text: RegoValue): number {
  const size = regexOf(pattern)?.size ?? 0;
  return typeof text === 'string' ? (size * text.length) >> 2 : 0;
}

function separatorsOf(delimiters: RegoValue): readonly string[] | undefined {
  if (delimiters === null) return [];
  if (!isArray(delimiters)) return undefined;
  const separators = delimiters.filter((one): one is string => typeof one === 'string' && [...one].length === 1);
  if (separators.length < delimiters.length) return undefined;
  return separators.length === 0 ? ['.'] : separators;
}

const MOST_KEPT = 100;
const kept = new Map<string, Regex | undefined>();

/** The expression of a pattern, undefined where it is none; the last ones are kept. */
function regexOf(pattern: RegoValue): Regex | undefined {
  if (typeof pattern !== 'string') return undefined;
  if (kept.has(pattern)) return kept.get(pattern);
  const regex = parse(pattern);
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(pattern, regex);
  return regex;
}

function parse(pattern: string): Regex | undefined {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}
