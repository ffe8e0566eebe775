import { NotTaken } from '../NotTaken.ts';
import { named } from '../named.ts';
import type { BinaryOperator, Expression, Template, TemplatePart } from './Expression.ts';
import { type Piece, piecesOf, type Token, tokensOf } from './tokens.ts';

/** Operators from the loosest to the tightest; those of one row bind alike, from the left. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  // `not` stands here, see `unary`.
  ['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'],
  ['+', '-'],
  ['~'],
  ['*', '/', '//', '%'],
];
const NOT_LEVEL = 2;
const CONSTANTS: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
const DEEPEST = 40;

/**
 * Parses a template of Home Assistant (Jinja): text, `{{ }}`, `{% set %}` and `{% if %}` with its branches. Throws
 * `NotTaken` for anything else, such as loops and macros.
 */
export function parseTemplate(text: string): Template {
  const parser = new TemplateParser(piecesOf(text));
  const parts = parser.parts([]);
  parser.mustBeOver();
  return parts;
}

class TemplateParser {
  readonly #pieces: readonly Piece[];
  #next = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** Parts up to a statement that opens with one of these words, which is left to be read. */
  parts(until: readonly string[]): Template {
    const parts: TemplatePart[] = [];
    for (let piece = this.#pieces[this.#next]; piece; piece = this.#pieces[this.#next]) {
      const word = piece.kind === 'statement' ? (/^\s*(\w+)/.exec(piece.text)?.[1] ?? '') : '';
      if (until.includes(word)) break;
      this.#next += 1;
      if (piece.kind === 'text') parts.push({ kind: 'text', text: piece.text });
      else if (piece.kind === 'value') parts.push({ kind: 'value', value: parseExpression(piece.text, piece.at) });
      else if (word === 'set') parts.push(this.#set(piece));
      else if (word === 'if') parts.push(this.#choice(piece));
      else throw notTaken(`{% ${word} %}`, piece.at);
    }
    return parts;
  }

  mustBeOver(): void {
    const piece = this.#pieces[this.#next];
    if (piece) throw new NotTaken('template', `\`{%${piece.text}%}\` has no beginning`, { offset: piece.at });
  }

  #set(piece: Piece): TemplatePart {
    const match = /^\s*set\s+([A-Za-z_]\w*)\s*=/.exec(piece.text);
    if (!match?.[1]) throw notTaken('{% set %} of several names or of a namespace', piece.at);
    const from = match[0].length;
    return {
      kind: 'set',
      name: match[1],
      value: parseExpression(piece.text.slice(from), piece.at + from),
      at: piece.at,
    };
  }

  #choice(first: Piece): TemplatePart {
    const branches: { test: Expression; parts: Template }[] = [];
    let otherwise: Template = [];
    let head: Piece = first;
    for (;;) {
      const [opening = '', word] = /^\s*(if|elif|else)\b/.exec(head.text) ?? [];
      if (word === 'else') otherwise = this.parts(['endif']);
      else {
        const test = parseExpression(head.text.slice(opening.length), head.at + opening.length);
        branches.push({ test, parts: this.parts(['elif', 'else', 'endif']) });
      }
      const end = this.#pieces[this.#next];
      if (!end) throw new NotTaken('template', '`{% endif %}` is missing', { offset: first.at });
      this.#next += 1;
      if (/^\s*endif\b/.test(end.text)) return { kind: 'choice', branches, otherwise, at: first.at };
      head = end;
    }
  }
}

/** Parses what stands between `{{` and `}}`. `offset` is where it begins in its template. */
function parseExpression(text: string, offset = 0): Expression {
  const parser = new ExpressionParser(tokensOf(text, offset), offset + text.length);
  const expression = parser.choice();
  parser.mustBeOver();
  return expression;
}

class ExpressionParser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  /** `a if b else c`, and all that binds tighter. */
  choice(): Expression {
    const chosen = this.#deeper(() => this.#level(0));
    if (!this.#takeName('if')) return chosen;
    const test = this.#level(0);
    const otherwise = this.#takeName('else') ? this.choice() : null;
    return { kind: 'if', test, chosen, otherwise, at: chosen.at };
  }

  #deeper(read: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new NotTaken('template', 'it nests too deep', { offset: this.#at });
    const expression = read();
    this.#depth -= 1;
    return expression;
  }

  mustBeOver(): void {
    const token = this.#tokens[this.#next];
    if (token) throw new NotTaken('template', `\`${token.text}\` is not expected here`, { offset: token.at });
  }

  #level(level: number): Expression {
    if (level === NOT_LEVEL && this.#takeName('not')) {
      return { kind: 'not', of: this.#deeper(() => this.#level(level)), at: this.#at };
    }
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#level(level + 1);
    for (;;) {
      const operator = this.#operator(operators);
      if (operator) {
        const right = this.#level(level + 1);
        left = this.#joined(left, operator, right);
      } else return left;
    }
  }

  /** `a < b < c` means both. */
  #joined(left: Expression, operator: BinaryOperator, right: Expression): Expression {
    const chained = left.kind === 'binary' && isOrder(left.operator) && isOrder(operator);
    const own: Expression = { kind: 'binary', operator, left: chained ? left.right : left, right, at: left.at };
    return chained ? { kind: 'binary', operator: 'and', left, right: own, at: left.at } : own;
  }

  #operator(operators: readonly BinaryOperator[]): BinaryOperator | null {
    const token = this.#tokens[this.#next];
    if (!token || token.kind === 'text' || token.kind === 'number') return null;
    const following = this.#tokens[this.#next + 1];
    if (token.text === 'not' && following?.text === 'in' && operators.includes('not in')) {
      this.#next += 2;
      return 'not in';
    }
    const operator = operators.find((each) => each === token.text);
    if (operator) this.#next += 1;
    return operator ?? null;
  }

  #test(of: Expression): Expression {
    const not = this.#takeName('not');
    const name = this.#name('a test');
    return { kind: 'test', name, of, not, at: of.at };
  }

  #unary(): Expression {
    const at = this.#at;
    if (this.#take('-')) return { kind: 'minus', of: this.#deeper(() => this.#unary()), at };
    if (this.#takeName('not')) return { kind: 'not', of: this.#deeper(() => this.#unary()), at };
    let value = this.#primary();
    for (;;) {
      if (this.#take('.')) {
        value = {
          kind: 'member',
          of: value,
          key: { kind: 'literal', value: this.#memberName(), at: value.at },
          at: value.at,
        };
      } else if (this.#take('[')) {
        value = this.#index(value);
      } else if (this.#take('(')) value = { kind: 'call', of: value, args: this.#list(')'), at: value.at };
      else if (this.#take('|')) {
        const name = this.#name('a filter');
        value = { kind: 'filter', name, of: value, args: this.#take('(') ? this.#list(')') : [], at: value.at };
      } else if (this.#takeName('is')) value = this.#test(value);
      else return value;
    }
  }

  #index(of: Expression): Expression {
    if (this.#peek(':')) throw notTaken('a slice `[:]`', this.#at);
    const key = this.choice();
    if (this.#peek(':')) throw notTaken('a slice `[:]`', this.#at);
    this.#must(']');
    return { kind: 'member', of, key, at: of.at };
  }

  #primary(): Expression {
    const token = this.#tokens[this.#next];
    if (!token) throw new NotTaken('template', 'it ends too early', { offset: this.#end });
    const { at } = token;
    this.#next += 1;
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text), at };
    if (token.kind === 'text') return { kind: 'literal', value: this.#adjacent(token.text), at };
    if (token.kind === 'name') {
      const constant = named(CONSTANTS, token.text);
      return constant === undefined ? { kind: 'name', name: token.text, at } : { kind: 'literal', value: constant, at };
    }
    if (token.text === '(') return this.#parenthesised(at);
    if (token.text === '[') return { kind: 'list', items: this.#list(']'), at };
    if (token.text === '{') return this.#map(at);
    throw new NotTaken('template', `\`${token.text}\` is not expected here`, { offset: at });
  }

  /** Texts that follow each other are one. */
  #adjacent(text: string): string {
    let whole = text;
    for (let token = this.#tokens[this.#next]; token?.kind === 'text'; token = this.#tokens[this.#next]) {
      whole += token.text;
      this.#next += 1;
    }
    return whole;
  }

  #parenthesised(at: number): Expression {
    const first = this.choice();
    if (!this.#peek(',')) {
      this.#must(')');
      return first;
    }
    this.#must(',');
    return { kind: 'list', items: [first, ...this.#list(')')], at };
  }

  #list(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#take(end)) {
      const [name, equals] = [this.#tokens[this.#next], this.#tokens[this.#next + 1]];
      if (name?.kind === 'name' && equals?.text === '=')
        throw notTaken(`an argument by name (\`${name.text}=\`)`, name.at);
      items.push(this.choice());
      if (this.#take(end)) break;
      this.#must(',');
    }
    return items;
  }

  #map(at: number): Expression {
    const entries: (readonly [string, Expression])[] = [];
    while (!this.#take('}')) {
      const key = this.choice();
      if (key.kind !== 'literal') throw notTaken('a computed key', key.at);
      this.#must(':');
      entries.push([String(key.value), this.choice()]);
      if (this.#take('}')) break;
      this.#must(',');
    }
    return { kind: 'map', entries, at };
  }

  get #at(): number {
    return this.#tokens[this.#next]?.at ?? this.#end;
  }

  #peek(sign: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'sign' && token.text === sign;
  }

  #take(sign: string): boolean {
    if (!this.#peek(sign)) return false;
    this.#next += 1;
    return true;
  }

  #takeName(name: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'name' || token.text !== name) return false;
    this.#next += 1;
    return true;
  }

  #must(sign: string): void {
    if (!this.#take(sign)) throw new NotTaken('template', `\`${sign}\` is missing`, { offset: this.#at });
  }

  #name(what: string): string {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'name') throw new NotTaken('template', `${what} is missing`, { offset: this.#at });
    this.#next += 1;
    return token.text;
  }

  #memberName(): string {
    const token = this.#tokens[this.#next];
    if (token?.kind === 'number') {
      this.#next += 1;
      return token.text;
    }
    return this.#name('a member');
  }
}

const ORDERS: ReadonlySet<BinaryOperator> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in']);

function isOrder(operator: BinaryOperator): boolean {
  return ORDERS.has(operator);
}

function notTaken(what: string, offset: number): NotTaken {
  return new NotTaken(`template ${what}`, `${what} is beyond the templates that are taken`, { offset });
}
