import type { Problem } from '../Compiled.ts';
import type { PolicyCheck } from './PolicyCheck.ts';
import type { Shape, Word } from './Shape.ts';
import { suggest } from './suggest.ts';

/** The path under which outcomes stand among the parts of the input: they are words of a closed list too. */
export const OUTCOME_PATH = 'an outcome';

/**
 * Words that a value never is: of a closed list of the input, such as purposes, categories and tiers, of outcomes, or of the
 * values that a rule of the policies can have.
 */
export const unknownWords: PolicyCheck = ({ shapes }) => {
  const roots = new Set(shapes.all.map((shape) => shape.root));
  return [...roots].flatMap((shape) => {
    const list = listOf(shape);
    if (!list) return [];
    return shape.words
      .filter(({ text, defines }) => !list.words.includes(text) && !(list.defined && defines !== undefined))
      .map((word) => problemOf(word, list));
  });
};

type List = { readonly name: string; readonly words: readonly string[]; readonly defined: boolean };

function listOf(shape: Shape): List | null {
  const nodes = [...shape.nodes];
  if (nodes.length > 0) {
    if (nodes.some(({ kind }) => kind !== 'word')) return null;
    const name = nodes.map(({ path }) => (path === OUTCOME_PATH ? path : `\`${path}\``)).join(' or ');
    return { name, words: [...new Set(nodes.flatMap(({ words }) => words))], defined: false };
  }
  const defined = shape.words.filter(({ defines }) => defines !== undefined);
  const rules = [...new Set(defined.map(({ defines }) => `\`${defines}\``))];
  if (rules.length === 0) return null;
  return { name: rules.join(' or '), words: [...new Set(defined.map(({ text }) => text))], defined: true };
}

function problemOf({ text, file, at }: Word, { name, words }: List): Problem {
  const { row, col } = at;
  const told = suggest(text, words, true);
  if (name === OUTCOME_PATH) {
    return { code: 'policy:outcome.unknown', message: `\`${text}\` is no outcome`, file, row, col, ...told };
  }
  return { code: 'policy:word.unknown', message: `\`${text}\` is no word of ${name}`, file, row, col, ...told };
}
