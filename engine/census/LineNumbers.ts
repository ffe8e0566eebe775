import type { DecidedCensus } from './decideCensus.ts';
import type { Line, LineKey } from './tally.ts';

/** The lines of a tally by number: keys are made once for each transition, area and behaviour, and then looked up. */
export class LineNumbers {
  /** The line of all cells. */
  readonly everything: Line;
  readonly #keys: readonly LineKey[];
  readonly #questions: number;
  readonly #lines: Line[] = [];
  readonly #byKey: readonly Map<string, number>[];
  readonly #transitions: number;
  readonly #behaviours: number;
  readonly #known: (readonly number[] | undefined)[] = [];

  constructor({ transitions, behaviours }: DecidedCensus, keys: readonly LineKey[], questions: number) {
    this.#keys = keys;
    this.#questions = questions;
    this.#transitions = transitions.all.length;
    this.#behaviours = behaviours.all.length;
    this.#byKey = keys.map(() => new Map());
    this.everything = this.#line();
  }

  /** The numbers of the lines that such a cell belongs to. */
  linesOf(transition: number, area: number, behaviour: number): readonly number[] {
    const at = (area * this.#transitions + transition) * this.#behaviours + behaviour;
    let known = this.#known[at];
    if (known === undefined) {
      known = [
        EVERYTHING,
        ...this.#keys.flatMap((keyOf, kind) => this.#number(kind, keyOf({ transition, area, behaviour }))),
      ];
      this.#known[at] = known;
    }
    return known;
  }

  add(line: number, question: number, cells: number): void {
    const { byQuestion } = this.#lines[line]!;
    this.#lines[line]!.cells += cells;
    byQuestion[question] = byQuestion[question]! + cells;
  }

  addHomes(number: number, homes: number, first: number): void {
    const line = this.#lines[number]!;
    line.homes += homes;
    line.first = Math.min(line.first, first);
  }

  byKind(): ReadonlyMap<string, Line>[] {
    return this.#byKey.map((numbers) => new Map([...numbers].map(([key, number]) => [key, this.#lines[number]!])));
  }

  #number(kind: number, key: string | null): readonly number[] {
    if (key === null) return [];
    let number = this.#byKey[kind]!.get(key);
    if (number === undefined) {
      number = this.#lines.length;
      this.#line();
      this.#byKey[kind]!.set(key, number);
    }
    return [number];
  }

  #line(): Line {
    const byQuestion = new Array<number>(this.#questions).fill(0);
    const line: Line = { cells: 0, homes: 0, first: Number.POSITIVE_INFINITY, byQuestion };
    this.#lines.push(line);
    return line;
  }
}

const EVERYTHING = 0;
