import { nearest } from '../../clauses/nearest.ts';
import type { Problem } from '../Compiled.ts';

/** Beyond so many words a list helps nobody. */
const MOST = 15;

/** What to say of a word that is none of those that are known: the one that was meant, or else all of them. */
export function suggest(word: string, known: readonly string[], quoted = false): Pick<Problem, 'hint' | 'fix'> {
  const [guess] = nearest(word, known, 1);
  const edge = quoted ? '"' : '';
  if (guess !== undefined) {
    const fix = { length: word.length + 2 * edge.length, text: `${edge}${guess}${edge}` };
    return { hint: `did you mean \`${guess}\`?`, fix };
  }
  if (known.length === 0 || known.length > MOST) return {};
  return { hint: `there ${known.length === 1 ? 'is' : 'are'} ${known.map((each) => `\`${each}\``).join(', ')}` };
}
