/** The characters that one place of a pattern takes. */
export type CharacterSet = {
  /** Code points from and to, both included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Unicode's own classes; `not` turns one round. */
  readonly classes: readonly { readonly pattern: RegExp; readonly not: boolean }[];
  readonly not: boolean;
  readonly ignoreCase: boolean;
};

export const DIGITS = [[0x30, 0x39]] as const;
export const SPACES = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
] as const;
export const WORDS = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
] as const;

/** The classes that POSIX names, of ASCII alone. */
export const POSIX: ReadonlyMap<string, CharacterSet['ranges']> = new Map([
  ['alnum', ranges('09AZaz')],
  ['alpha', ranges('AZaz')],
  ['ascii', [[0, 0x7f]]],
  ['blank', ranges('\t\t  ')],
  ['cntrl', [...ranges('\0\x1f'), [0x7f, 0x7f]]],
  ['digit', ranges('09')],
  ['graph', ranges('!~')],
  ['lower', ranges('az')],
  ['print', ranges(' ~')],
  ['punct', ranges('!/:@[`{~')],
  ['space', ranges('\t\r  ')],
  ['upper', ranges('AZ')],
  ['word', ranges('09AZaz__')],
  ['xdigit', ranges('09AFaf')],
]);

function ranges(pairs: string): (readonly [number, number])[] {
  return Array.from({ length: pairs.length / 2 }, (_, at) => [pairs.charCodeAt(at * 2), pairs.charCodeAt(at * 2 + 1)]);
}

const LAST = 0x10ffff;

/** All that some ranges leave out. */
export function complement(of: CharacterSet['ranges']): CharacterSet['ranges'] {
  const sorted = of.toSorted(([a], [b]) => a - b);
  const left: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of sorted) {
    if (from > next) left.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST) left.push([next, LAST]);
  return left;
}

/** One of Unicode's classes: a category such as `L` or `Lu`, or a script such as `Greek`. */
export function unicodeClass(name: string): RegExp | undefined {
  if (name === 'Any') return /^.$/su;
  for (const property of [`General_Category=${name}`, `Script=${name}`]) {
    try {
      return new RegExp(`^\\p{${property}}$`, 'u');
    } catch {
      // Not of this kind.
    }
  }
  return undefined;
}

export function takes(set: CharacterSet, character: number): boolean {
  if (has(set, character)) return !set.not;
  if (!set.ignoreCase) return set.not;
  return variants(character).some((other) => has(set, other)) !== set.not;
}

function has({ ranges: list, classes }: CharacterSet, character: number): boolean {
  for (const [from, to] of list) if (character >= from && character <= to) return true;
  if (classes.length === 0) return false;
  const text = String.fromCodePoint(character);
  return classes.some(({ pattern, not }) => pattern.test(text) !== not);
}

function variants(character: number): readonly number[] {
  const text = String.fromCodePoint(character);
  return [text.toLowerCase(), text.toUpperCase(), text.toUpperCase().toLowerCase(), text.toLowerCase().toUpperCase()]
    .filter((other) => [...other].length === 1)
    .map((other) => other.codePointAt(0)!);
}
