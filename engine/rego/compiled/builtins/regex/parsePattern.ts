import { type CharacterSet, complement, DIGITS, POSIX, SPACES, unicodeClass, WORDS } from './CharacterSet.ts';

/** A regular expression as a tree. */
export type Pattern =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'either'; readonly options: readonly Pattern[] }
  | {
      readonly kind: 'repeat';
      readonly part: Pattern;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'group'; readonly part: Pattern; readonly number: number };

export type Assertion = 'text_start' | 'text_end' | 'line_start' | 'line_end' | 'word' | 'not_word';

/** Thrown for what is no regular expression of RE2. */
export class PatternError extends Error {}

const MOST_REPEATS = 1000;

/** Parses the syntax of Go's regexp package (RE2). Throws a `PatternError`. */
export function parsePattern(source: string): { readonly pattern: Pattern; readonly groups: number } {
  const parser = new Parser(source);
  const pattern = parser.parse();
  return { pattern, groups: parser.groups };
}

type Flags = { readonly i: boolean; readonly m: boolean; readonly s: boolean; readonly U: boolean };

class Parser {
  readonly #source: readonly string[];
  #at = 0;
  #flags: Flags = { i: false, m: false, s: false, U: false };
  groups = 0;
  readonly #names = new Set<string>();

  constructor(source: string) {
    this.#source = [...source];
  }

  parse(): Pattern {
    const pattern = this.#either();
    if (this.#at < this.#source.length) throw new PatternError('unexpected )');
    return pattern;
  }

  #either(): Pattern {
    const before = this.#flags;
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#flags = before;
    return options.length === 1 ? options[0]! : { kind: 'either', options };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length && !this.#next('|') && !this.#next(')')) {
      if (this.#takeText('\\Q')) {
        parts.push(...this.#quoted());
        continue;
      }
      const part = this.#atom();
      if (part) parts.push(this.#repeated(part));
      else if (this.#repetition()) throw new PatternError('missing argument to repetition operator');
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #quoted(): readonly Pattern[] {
    const parts: Pattern[] = [];
    while (this.#at < this.#source.length && !this.#takeText('\\E'))
      parts.push(this.#literal(this.#source[this.#at++]!));
    // What is repeated is the last character.
    const last = parts.pop();
    return last ? [...parts, this.#repeated(last)] : [];
  }

  #repeated(part: Pattern): Pattern {
    const times = this.#repetition();
    if (!times) return part;
    const lazy = this.#take('?') !== this.#flags.U;
    if (this.#repetition()) throw new PatternError('invalid nested repetition operator');
    const repeat = { kind: 'repeat', part, least: times[0], most: times[1], lazy } as const;
    if (nested(repeat) > MOST_REPEATS) throw new PatternError('invalid repeat count');
    return repeat;
  }

  #repetition(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#source.slice(this.#at, this.#at + 16).join(''));
    if (!counted) return undefined;
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === '' ? Infinity : Number(counted[3]);
    if (least > MOST_REPEATS || (most !== Infinity && most > MOST_REPEATS) || least > most) {
      throw new PatternError('invalid repeat count');
    }
    return [least, most];
  }

  /** One thing that can be repeated; undefined for flags and for a repetition of nothing. */
  #atom(): Pattern | undefined {
    if (this.#repetitionAhead()) return undefined;
    const character = this.#source[this.#at++]!;
    switch (character) {
      case '.':
        return this.#set(this.#flags.s ? [[0, 0x10ffff]] : complement([[0x0a, 0x0a]]));
      case '^':
        return { kind: 'assert', what: this.#flags.m ? 'line_start' : 'text_start' };
      case '$':
        return { kind: 'assert', what: this.#flags.m ? 'line_end' : 'text_end' };
      case '(':
        return this.#group();
      case '[':
        return this.#bracket();
      case '\\':
        return this.#escape();
      default:
        return this.#literal(character);
    }
  }

  #repetitionAhead(): boolean {
    const at = this.#at;
    const found = this.#repetition() !== undefined;
    this.#at = at;
    return found;
  }

  #group(): Pattern | undefined {
    if (!this.#take('?')) return this.#captured();
    const name = /^(?:P)?<([^>]*)>/.exec(this.#source.slice(this.#at).join(''));
    if (name) {
      this.#at += [...name[0]].length;
      if (!/^\w+$/.test(name[1]!) || this.#names.has(name[1]!)) throw new PatternError('invalid named capture');
      this.#names.add(name[1]!);
      return this.#captured();
    }
    const written = /^([imsU]*)(-[imsU]+)?([:)])/.exec(this.#source.slice(this.#at, this.#at + 16).join(''));
    if (!written || written[0] === ')') throw new PatternError('invalid or unsupported Perl syntax');
    this.#at += written[0].length;
    const before = this.#flags;
    this.#flags = {
      ...before,
      ...Object.fromEntries([...(written[1] ?? '')].map((flag) => [flag, true])),
      ...Object.fromEntries([...(written[2] ?? '').slice(1)].map((flag) => [flag, false])),
    };
    // Flags alone hold for the rest of the group around them.
    if (written[3] === ')') return { kind: 'sequence', parts: [] };
    const part = this.#either();
    this.#flags = before;
    this.#close();
    return part;
  }

  #captured(): Pattern {
    const number = ++this.groups;
    const part = this.#either();
    this.#close();
    return { kind: 'group', part, number };
  }

  #close(): void {
    if (!this.#take(')')) throw new PatternError('missing closing )');
  }

  #escape(): Pattern {
    const assertion = { A: 'text_start', z: 'text_end', b: 'word', B: 'not_word' } as const;
    const letter = this.#source[this.#at];
    if (letter !== undefined && Object.hasOwn(assertion, letter)) {
      this.#at++;
      return { kind: 'assert', what: assertion[letter as keyof typeof assertion] };
    }
    const named = this.#namedClass();
    if (named) return { kind: 'set', set: { ...named, not: false, ignoreCase: this.#flags.i } };
    const code = this.#escaped();
    return this.#set([[code, code]]);
  }

  /** `\d` and its like, after the backslash. */
  #namedClass(): Pick<CharacterSet, 'ranges' | 'classes'> | undefined {
    const letter = this.#source[this.#at] ?? '';
    const perl = { d: DIGITS, s: SPACES, w: WORDS }[letter.toLowerCase()];
    if (perl) {
      this.#at++;
      return { ranges: letter === letter.toLowerCase() ? perl : complement(perl), classes: [] };
    }
    if (letter !== 'p' && letter !== 'P') return undefined;
    const written = /^[pP](?:\{(\^?)(\w+)\}|([A-Z]))/.exec(this.#source.slice(this.#at).join(''));
    const pattern = written && unicodeClass(written[2] ?? written[3]!);
    if (!pattern) throw new PatternError('invalid character class range');
    this.#at += written[0].length;
    return { ranges: [], classes: [{ pattern, not: (letter === 'P') !== (written[1] === '^') }] };
  }

  /** The code point that an escape stands for, after the backslash. */
  #escaped(): number {
    const rest = this.#source.slice(this.#at, this.#at + 12).join('');
    const coded = /^(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2}))/.exec(rest);
    if (coded) {
      this.#at += coded[0].length;
      const value = Number.parseInt(coded[1] ?? coded[2] ?? coded[3]!, coded[3] === undefined ? 16 : 8);
      if (value > 0x10ffff) throw new PatternError('invalid escape sequence');
      return value;
    }
    const character = this.#source[this.#at++];
    const control = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }[character ?? ''];
    if (control !== undefined) return control;
    if (character === undefined || !/^[!-/:-@[-`{-~ ]$/.test(character)) {
      throw new PatternError('invalid escape sequence');
    }
    return character.codePointAt(0)!;
  }

  #bracket(): Pattern {
    const not = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    const classes: CharacterSet['classes'][number][] = [];
    // Negated, a line break is as good as any other character: Go's flags for Perl have it so.
    for (let first = true; first || !this.#next(']'); first = false) {
      if (this.#at >= this.#source.length) throw new PatternError('missing closing ]');
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#source.slice(this.#at, this.#at + 16).join(''));
      if (posix) {
        const named = POSIX.get(posix[2]!);
        if (!named) throw new PatternError('invalid character class range');
        this.#at += posix[0].length;
        ranges.push(...(posix[1] === '^' ? complement(named) : named));
        continue;
      }
      if (this.#next('\\')) {
        this.#at++;
        const named = this.#namedClass();
        if (named) {
          ranges.push(...named.ranges);
          classes.push(...named.classes);
          continue;
        }
        this.#at--;
      }
      const from = this.#bracketCharacter();
      let to = from;
      if (this.#next('-') && this.#source[this.#at + 1] !== ']' && this.#at + 1 < this.#source.length) {
        this.#at++;
        to = this.#bracketCharacter();
      }
      if (to < from) throw new PatternError('invalid character class range');
      ranges.push([from, to]);
    }
    this.#at++;
    return { kind: 'set', set: { ranges, classes, not, ignoreCase: this.#flags.i } };
  }

  #bracketCharacter(): number {
    if (this.#take('\\')) return this.#escaped();
    const character = this.#source[this.#at++];
    if (character === undefined) throw new PatternError('missing closing ]');
    return character.codePointAt(0)!;
  }

  #literal(character: string): Pattern {
    const code = character.codePointAt(0)!;
    return this.#set([[code, code]]);
  }

  #set(ranges: CharacterSet['ranges']): Pattern {
    return { kind: 'set', set: { ranges, classes: [], not: false, ignoreCase: this.#flags.i } };
  }

  #next(character: string): boolean {
    return this.#source[this.#at] === character;
  }

  #take(character: string): boolean {
    if (!this.#next(character)) return false;
    this.#at++;
    return true;
  }

  #takeText(text: string): boolean {
    if (this.#source.slice(this.#at, this.#at + text.length).join('') !== text) return false;
    this.#at += text.length;
    return true;
  }
}

/** How often the innermost part of nested counts is written out. */
function nested(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'repeat': {
      const times = pattern.most === Infinity ? pattern.least : pattern.most;
      return Math.max(1, times) * nested(pattern.part);
    }
    case 'group':
      return nested(pattern.part);
    case 'sequence':
      return Math.max(1, ...pattern.parts.map(nested));
    case 'either':
      return Math.max(1, ...pattern.options.map(nested));
    default:
      return 1;
  }
}
