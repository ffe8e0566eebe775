import { NotTaken } from '../NotTaken.ts';

/** A piece of an expression: a name or keyword, a number, a text, or a sign. */
export type Token = { readonly kind: 'name' | 'number' | 'text' | 'sign'; readonly text: string; readonly at: number };

/** A piece of a template: text, or what stands between `{{ }}` or `{% %}`. */
export type Piece = { readonly kind: 'text' | 'value' | 'statement'; readonly text: string; readonly at: number };

const TOKEN =
  /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\/\/|==|!=|<=|>=|[-+*/%~<>()[\]{}.,:|=]))/iy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Cuts an expression into tokens. `offset` is where it begins in its template. */
export function tokensOf(text: string, offset: number): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      if (text.slice(from).trim() === '') return tokens;
      throw new NotTaken('template', `\`${text.slice(from).trim().slice(0, 20)}\` is not understood`, {
        offset: offset + from,
      });
    }
    const [whole, name, number, single, double, sign] = match;
    const at = offset + match.index + (whole.length - whole.trimStart().length);
    const quoted = single ?? double;
    if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: unescaped(quoted), at });
    else tokens.push({ kind: 'sign', text: sign ?? '', at });
  }
}

/** Cuts a template into text and what stands between `{{ }}` and `{% %}`; comments are gone, and space that `-` eats. */
export function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let eat = false;
  const text = (until: number, eatsEnd: boolean) => {
    const raw = template.slice(at, until);
    const left = eat ? raw.trimStart() : raw;
    const kept = eatsEnd ? left.trimEnd() : left;
    if (kept !== '') pieces.push({ kind: 'text', text: kept, at });
  };
  for (;;) {
    const open = /\{[{%#]-?/g;
    open.lastIndex = at;
    const start = open.exec(template);
    if (!start) break;
    const mark = template[start.index + 1]!;
    const end = closing(template, start.index + start[0].length, mark);
    text(start.index, start[0].endsWith('-'));
    const inside = template.slice(start.index + start[0].length, end.from);
    if (mark !== '#') {
      pieces.push({ kind: mark === '{' ? 'value' : 'statement', text: inside, at: start.index + start[0].length });
    }
    at = end.until;
    // After a statement Home Assistant drops the end of the line.
    if (mark === '%' && !end.eats && template[at] === '\n') at += 1;
    eat = end.eats;
  }
  text(template.length, false);
  return pieces;
}

function closing(template: string, from: number, mark: string): { from: number; until: number; eats: boolean } {
  const end = mark === '{' ? '}}' : `${mark}}`;
  let quote: string | null = null;
  for (let at = from; at < template.length; at += 1) {
    const letter = template[at]!;
    if (quote !== null) {
      if (letter === '\\') at += 1;
      else if (letter === quote) quote = null;
    } else if (mark !== '#' && (letter === '"' || letter === "'")) quote = letter;
    else if (template.startsWith(`-${end}`, at)) return { from: at, until: at + 1 + end.length, eats: true };
    else if (template.startsWith(end, at)) return { from: at, until: at + end.length, eats: false };
  }
  throw new NotTaken('template', `\`${end}\` is missing`, { offset: from });
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}
