import type { CharacterSet } from './CharacterSet.ts';
import { takes } from './CharacterSet.ts';
import { type Assertion, type Pattern, parsePattern } from './parsePattern.ts';

type Instruction =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'save'; readonly slot: number }
  /** Goes on at both, at the first one rather. */
  | { kind: 'split'; first: number; second: number }
  | { kind: 'jump'; to: number }
  | { readonly kind: 'match' };

/** Starts and ends of the whole match and of each group, as positions of characters; -1 for a group without a match. */
type Slots = readonly number[];

type Thread = { readonly at: number; readonly slots: Slots };

/**
 * A regular expression that is run by following all its ways at once, as RE2 does: time grows with the text and the
 * expression, never with their powers, whatever a policy or an input says. Of several matches it finds the one that Go finds.
 */
export class Regex {
  readonly #program: Instruction[] = [];
  readonly #groups: number;

  /** Throws a `PatternError`. */
  constructor(source: string) {
    const { pattern, groups } = parsePattern(source);
    this.#groups = groups;
    this.#emit({ kind: 'group', part: pattern, number: 0 });
    this.#program.push({ kind: 'match' });
  }

  /** How many instructions it has: how much there is to do for each character. */
  get size(): number {
    return this.#program.length;
  }

  matches(text: string): boolean {
    return this.#find([...text], 0) !== undefined;
  }

  /** The texts of the first `limit` matches and of their groups; all matches where the limit is negative. */
  findAll(text: string, limit: number): readonly (readonly string[])[] {
    const characters = [...text];
    return this.#all(characters, limit).map((slots) =>
      Array.from({ length: this.#groups + 1 }, (_, group) => {
        const [from, to] = [slots[group * 2]!, slots[group * 2 + 1]!];
        return from < 0 || to < 0 ? '' : characters.slice(from, to).join('');
      }),
    );
  }

  /** The texts between the matches, as Go's Split gives them. */
  split(text: string): readonly string[] {
    if (text === '') return [''];
    const characters = [...text];
    const parts: string[] = [];
    let [begin, end] = [0, 0];
    for (const slots of this.#all(characters, -1)) {
      end = slots[0]!;
      if (slots[1] !== 0) parts.push(characters.slice(begin, end).join(''));
      begin = slots[1]!;
    }
    if (end !== characters.length) parts.push(characters.slice(begin).join(''));
    return parts;
  }

  #all(characters: readonly string[], limit: number): readonly Slots[] {
    const found: Slots[] = [];
    let before = -1;
    for (let at = 0; at <= characters.length && (limit < 0 || found.length < limit); ) {
      const slots = this.#find(characters, at);
      if (!slots) break;
      const [from, to] = [slots[0]!, slots[1]!];
      // An empty match right after another match is none.
      if (!(to === at && from === before)) found.push(slots);
      before = to;
      at = to === at ? at + 1 : to;
    }
    return found;
  }

  #find(characters: readonly string[], start: number): Slots | undefined {
    let threads: Thread[] = [];
    let best: Slots | undefined;
    for (let at = start; at <= characters.length; at++) {
      const seen = new Set<number>(threads.map((thread) => thread.at));
      if (!best) this.#follow({ at: 0, slots: this.#noSlots() }, at, characters, threads, seen);
      if (threads.length === 0 && best) break;
      const character = characters[at]?.codePointAt(0);
      const next: Thread[] = [];
      const seenNext = new Set<number>();
      for (const thread of threads) {
        const instruction = this.#program[thread.at]!;
        if (instruction.kind === 'match') {
          best = thread.slots;
          // Those after it are worse.
          break;
        }
        if (instruction.kind === 'set' && character !== undefined && takes(instruction.set, character)) {
          this.#follow({ at: thread.at + 1, slots: thread.slots }, at + 1, characters, next, seenNext);
        }
      }
      threads = next;
    }
    return best;
  }

  /** Goes on from a thread to where a character is needed, or to the match. */
  #follow(from: Thread, at: number, characters: readonly string[], into: Thread[], seen: Set<number>): void {
    const pending = [from];
    for (let thread = pending.pop(); thread; thread = pending.pop()) {
      if (seen.has(thread.at)) continue;
      seen.add(thread.at);
      const { slots } = thread;
      const instruction = this.#program[thread.at]!;
      switch (instruction.kind) {
        case 'jump':
          pending.push({ at: instruction.to, slots });
          break;
        case 'split':
          pending.push({ at: instruction.second, slots }, { at: instruction.first, slots });
          break;
        case 'save':
          pending.push({ at: thread.at + 1, slots: slots.with(instruction.slot, at) });
          break;
        case 'assert':
          if (asserts(instruction.what, characters, at)) pending.push({ at: thread.at + 1, slots });
          break;
        default:
          into.push(thread);
      }
    }
  }

  #noSlots(): Slots {
    return Array.from({ length: (this.#groups + 1) * 2 }, () => -1);
  }

  #emit(pattern: Pattern): void {
    switch (pattern.kind) {
      case 'set':
      case 'assert':
        this.#program.push(pattern);
        break;
      case 'sequence':
        for (const part of pattern.parts) this.#emit(part);
        break;
      case 'group':
        this.#program.push({ kind: 'save', slot: pattern.number * 2 });
        this.#emit(pattern.part);
        this.#program.push({ kind: 'save', slot: pattern.number * 2 + 1 });
        break;
      case 'either':
        this.#emitEither(pattern.options);
        break;
      case 'repeat':
        this.#emitRepeat(pattern);
    }
  }

  #emitEither(options: readonly Pattern[]): void {
    const jumps: Extract<Instruction, { kind: 'jump' }>[] = [];
    for (const [index, option] of options.entries()) {
      const isLast = index === options.length - 1;
      const split = { kind: 'split' as const, first: this.#program.length + 1, second: 0 };
      if (!isLast) this.#program.push(split);
      this.#emit(option);
      if (isLast) break;
      const jump = { kind: 'jump' as const, to: 0 };
      this.#program.push(jump);
      jumps.push(jump);
      split.second = this.#program.length;
    }
    for (const jump of jumps) jump.to = this.#program.length;
  }

  #emitRepeat({ part, least, most, lazy }: Extract<Pattern, { kind: 'repeat' }>): void {
    for (let count = 0; count < least; count++) this.#emit(part);
    if (most === Infinity) {
      const start = this.#program.length;
      const split = this.#split(lazy);
      this.#emit(part);
      this.#program.push({ kind: 'jump', to: start });
      split.leaveTo(this.#program.length);
      return;
    }
    const splits = [];
    for (let count = least; count < most; count++) {
      splits.push(this.#split(lazy));
      this.#emit(part);
    }
    for (const split of splits) split.leaveTo(this.#program.length);
  }

  /** A choice between going on right here and leaving. */
  #split(lazy: boolean): { readonly leaveTo: (at: number) => void } {
    const here = this.#program.length + 1;
    const split = { kind: 'split' as const, first: here, second: here };
    this.#program.push(split);
    return {
      leaveTo: (at) => {
        if (lazy) split.first = at;
        else split.second = at;
      },
    };
  }
}

function asserts(what: Assertion, characters: readonly string[], at: number): boolean {
  switch (what) {
    case 'text_start':
      return at === 0;
    case 'text_end':
      return at === characters.length;
    case 'line_start':
      return at === 0 || characters[at - 1] === '\n';
    case 'line_end':
      return at === characters.length || characters[at] === '\n';
    case 'word':
    case 'not_word':
      return (isWord(characters[at - 1]) !== isWord(characters[at])) === (what === 'word');
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
