import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Regex } from './Regex.ts';

/** Expressions in which RE2 and JavaScript mean the same. */
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', 'ab', '[ab]', '[^a]', '.', '\\b', '^', '$', '\\d', '\u{1f600}'),
    tie('pattern').map((one) => `(${one})`),
    tie('pattern').map((one) => `(?:${one})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}${other}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
    fc
      .tuple(
        fc.constantFrom('a', 'b', '[ab]', '(a)', '(?:ab)', '(a|b)'),
        fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{1,}'),
      )
      .map(([one, times]) => one + times),
  ),
}));
const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', '1', '\n', '\u{1f600}'), { maxLength: 8 })
  .map((list) => list.join(''));

describe('Regex', () => {
  it('finds what a backtracking one finds', () => {
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        const theirs = [...text.matchAll(new RegExp(source, 'gu'))];
        const ours = new Regex(source);
        expect(ours.matches(text)).toBe(theirs.length > 0);
        const first = ours.findAll(text, 1)[0];
        // A group that is repeated forgets what it held in JavaScript; the whole match is the same.
        expect(first?.[0]).toBe(theirs[0]?.[0]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes no more time for what makes backtracking explode', () => {
    const text = 'a'.repeat(20_000);
    expect(new Regex('^(a+)+$').matches(`${text}!`)).toBe(false);
    expect(new Regex('^(a|aa)+$').matches(`${text}!`)).toBe(false);
  });

  it.each([
    'a(',
    '[a',
    'a{2,1}',
    '*',
    'a**',
    '(?<a>x)(?<a>y)',
    '\\p{Klingon}',
    '(?=a)',
    '\\1',
    'a{1001}',
    '(a{50}){50}',
    'x\\',
  ])('refuses %s', (source) => {
    expect(() => new Regex(source)).toThrow();
  });

  it.each<[string, string, boolean]>([
    ['\\Qa.b\\E+', 'a.bb', true],
    ['(?s).', '\n', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['(?i)straSSe', 'STRASSE', true],
    ['\\x{1F600}', '\u{1f600}', true],
    ['a{,2}', 'a{,2}', true],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['\\pN', '7', true],
    ['\\P{L}', 'a', false],
    ['[^\\d\\s]', ' ', false],
    ['a|', '', true],
  ])('knows the syntax of RE2: %s in %j', (source, text, matches) => {
    expect(new Regex(source).matches(text)).toBe(matches);
  });
});
