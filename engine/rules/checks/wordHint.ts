import { nearest } from '../../clauses/nearest.ts';

/** Beyond so many words a list helps nobody. */
const MOST = 12;

/** What to say of a word that is none of those known: the one that was meant, or else all of them if they are few. */
export function wordHint(word: unknown, known: readonly unknown[]): { readonly hint?: string } {
  const words = known.map(String);
  const [guess] = nearest(String(word), words, 1);
  if (guess !== undefined) return { hint: `did you mean \`${guess}\`?` };
  if (words.length === 0 || words.length > MOST) return {};
  return { hint: `there ${words.length === 1 ? 'is' : 'are'} ${words.map((each) => `\`${each}\``).join(', ')}` };
}
