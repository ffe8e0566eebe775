import { type Label, OUTCOMES } from '../../twin/words.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { Columns } from '../census/Columns.ts';
import type { FactColumn } from '../census/FactColumn.ts';
import type { Question } from '../census/Question.ts';
import type { PropertyFilter } from '../census/resourceClasses.ts';
import { combine } from '../combine.ts';
import { type Placed, toInput } from '../facts/gatherFacts.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { type ReadSet, union } from '../rego/readSet.ts';
import type { MovedCells } from './Forecast.ts';

/** What a home brings to its cells, as digests: equal ones are decided alike. */
export type HomeState = {
  readonly tuple: number;
  /** For each question the digest of its pair facts; −1 where nobody asks. */
  readonly pairs: readonly number[];
  /** The classes of its devices, in their order. */
  readonly devices: readonly number[];
};

/** How both sides decide what is asked at an instant. */
export type Sides = { readonly now: number; readonly before: PolicyEvaluator; readonly after: PolicyEvaluator };

export type LedgerOptions = {
  readonly columns: Columns;
  readonly questions: readonly Question[];
  readonly filter: PropertyFilter;
  /** By the number of an area: that of the area of the report, −1 for those that are not asked about. */
  readonly areaOf: readonly number[];
};

export type Moves = { readonly before: MovedCells; readonly after: MovedCells };
export const NOTHING_MOVED: MovedCells = { gained: 0, lost: 0, other: 0 };

/**
 * Compares the cells of single homes between two of their states, from the digests in the columns. A cell is decided once
 * for all homes that policies cannot tell apart, so that a home that changed costs some table look-ups.
 */
export class CellLedger {
  readonly #options: LedgerOptions;
  readonly #sides: Sides;
  readonly #readSet: ReadSet;
  readonly #requests = new Map<number, readonly (readonly number[])[]>();
  readonly #contexts = new Map<string, Context>();
  readonly #classes: number[] = [];
  readonly #classNumbers = new Map<string, number>();
  readonly #wanted = new Map<number, readonly number[]>();

  constructor(options: LedgerOptions, sides: Sides) {
    this.#options = options;
    this.#sides = sides;
    this.#readSet = union(sides.before.readSet, sides.after.readSet);
  }

  /** What decides besides homes: two ledgers of one key say the same. */
  get key(): string {
    const { columns, questions } = this.#options;
    const requests = questions.map((_, question) => {
      const asked = columns.areas.findIndex((id) => questions[question]!.askingAt(id) !== null);
      return asked === NONE ? [] : this.#seen(columns.requestColumns, this.#request(question, asked));
    });
    return JSON.stringify([numberOf(this.#sides.before), numberOf(this.#sides.after), requests]);
  }

  /** The state of a home, by the columns as they are; null when it is not asked about. */
  stateOf(index: number): HomeState | null {
    const { columns, questions, areaOf } = this.#options;
    const area = columns.areaOf.at(index);
    if (areaOf[area] === NONE) return null;
    const { graph, home } = columns.source.open(index);
    const pairs = questions.map(({ askingAt }) => {
      const asking = askingAt(columns.areas[area]!);
      if (!asking) return NONE;
      return columns.pairTuples.digest(
        columns.pairColumns.map((column) => column.digest(column.fact.read(graph, home, asking))),
      );
    });
    const start = columns.deviceStart.at(index);
    const devices = Array.from({ length: columns.deviceCount.at(index) }, (_, at) => columns.devices.at(start + at));
    return { tuple: columns.tupleOf.at(index), pairs, devices };
  }

  /** What moved between two states of a home that stands in an area of this number. A device that came since has gained its cells. */
  compare(area: number, from: HomeState, to: HomeState): Moves {
    return this.#count(area, [from, this], [to, this]);
  }

  /** The same between two ledgers: what moved because it is asked at another time, of a home that stayed as it is. */
  compareWith(other: CellLedger, area: number, state: HomeState): Moves {
    return this.#count(area, [state, this], [state, other]);
  }

  #count(area: number, [from, first]: [HomeState, CellLedger], [to, second]: [HomeState, CellLedger]): Moves {
    const [before, after] = [
      [0, 0, 0],
      [0, 0, 0],
    ] as [Counts, Counts];
    for (const [question, pair] of to.pairs.entries()) {
      if (pair === NONE) continue;
      const old = first.#context(question, area, from.tuple, from.pairs[question]!);
      const now = second.#context(question, area, to.tuple, pair);
      for (const [at, device] of to.devices.entries()) {
        const known = from.devices[at] ?? NONE;
        if (old === now && known === device) continue;
        const moved = this.#movedDevice(first, second, { old, now, known, device });
        if (moved === UNMOVED) continue;
        for (const place of [0, 1, 2] as const) {
          before[place] += moved.before[place];
          after[place] += moved.after[place];
        }
      }
    }
    return { before: told(before), after: told(after) };
  }

  /** The cells of one device, the same for all devices of these classes in homes of these contexts. */
  #movedDevice(first: CellLedger, second: CellLedger, { old, now, known, device }: Compared): MovedDevice {
    const key = `${known} ${device}`;
    let moves = old.moves.get(now);
    if (!moves) {
      moves = new Map();
      old.moves.set(now, moves);
    }
    let moved = moves.get(key);
    if (!moved) {
      moved = this.#moveDevice(first, second, { old, now, known, device });
      moves.set(key, moved);
    }
    return moved;
  }

  #moveDevice(first: CellLedger, second: CellLedger, { old, now, known, device }: Compared): MovedDevice {
    const formerly = known === NONE ? null : first.#properties(known);
    const moved: MovedDevice = { before: [0, 0, 0], after: [0, 0, 0] };
    for (const [place, property] of second.#properties(device).entries()) {
      const were = formerly ? first.#outcomes(old, formerly[place]!) : 0;
      const are = second.#outcomes(now, property);
      if (were === are) continue;
      move(moved.before, were >> 4, are >> 4);
      move(moved.after, were & 15, are & 15);
    }
    return [...moved.before, ...moved.after].some((cells) => cells > 0) ? moved : UNMOVED;
  }

  /** What policies see of who asks of a home; equal ones are one. */
  #context(question: number, area: number, tuple: number, pair: number): Context {
    const key = `${question} ${area} ${tuple} ${pair}`;
    const known = this.#contexts.get(key);
    if (known) return known;
    const { columns } = this.#options;
    const parts = [
      this.#seen(columns.requestColumns, this.#request(question, area)),
      this.#seen(columns.homeColumns, columns.homeTuples.tuple(tuple).slice(0, columns.homeColumns.length)),
      this.#seen(columns.pairColumns, columns.pairTuples.tuple(pair)),
    ];
    const seen = `= ${parts.join(';')}`;
    const context = this.#contexts.get(seen) ?? {
      placed: [columns.requestColumns, columns.homeColumns, columns.pairColumns].flatMap((each, at) =>
        placed(each, parts[at]!),
      ),
      outcomes: [],
      moves: new Map(),
    };
    this.#contexts.set(seen, context);
    this.#contexts.set(key, context);
    return context;
  }

  #request(question: number, area: number): readonly number[] {
    const { columns, questions } = this.#options;
    let byArea = this.#requests.get(question);
    if (!byArea) {
      const digests = new Map<unknown, readonly number[]>();
      byArea = columns.areas.map((id) => {
        const asking = questions[question]!.askingAt(id);
        if (!asking) return [];
        const request =
          digests.get(asking) ??
          columns.requestColumns.map((column) => column.digest(column.fact.read(asking, this.#sides.now)));
        digests.set(asking, request);
        return request;
      });
      this.#requests.set(question, byArea);
    }
    return byArea[area]!;
  }

  #seen(columns: readonly FactColumn[], digests: readonly number[]): readonly number[] {
    return digests.map((digest, at) => columns[at]!.representatives(this.#readSet)[digest]!);
  }

  /** The classes of the properties of a class of devices that are asked for, in their order. */
  #properties(device: number): readonly number[] {
    const known = this.#wanted.get(device);
    if (known) return known;
    const { columns, filter } = this.#options;
    const { deviceClasses } = columns;
    const labelAt = deviceClasses.columns.findIndex(({ fact }) => fact.path.join('.') === 'resource.label');
    const wanted = deviceClasses.devices[device]!.filter((number) => {
      const { property, facts } = deviceClasses.properties[number]!;
      const { category, grade } = deviceClasses.columns[labelAt]!.value(facts[labelAt]!) as Label;
      if (filter.properties && !filter.properties.includes(property)) return false;
      if (filter.grades && !filter.grades.includes(grade)) return false;
      return !filter.categories || filter.categories.includes(category);
    });
    const classes = wanted.map((number) => this.#classOf(number));
    this.#wanted.set(device, classes);
    return classes;
  }

  /** Properties that policies cannot tell apart are one class, which is known by the first of them. */
  #classOf(property: number): number {
    const { deviceClasses } = this.#options.columns;
    const key = this.#seen(deviceClasses.columns, deviceClasses.properties[property]!.facts).join();
    let number = this.#classNumbers.get(key);
    if (number === undefined) {
      number = this.#classes.push(property) - 1;
      this.#classNumbers.set(key, number);
    }
    return number;
  }

  /** The outcomes of a cell under both sides, as one number. */
  #outcomes(context: Context, property: number): number {
    const known = context.outcomes[property];
    if (known !== undefined) return known;
    const { deviceClasses } = this.#options.columns;
    const { facts } = deviceClasses.properties[this.#classes[property]!]!;
    const input = toInput([...context.placed, ...placed(deviceClasses.columns, facts)]);
    const [before, after] = [this.#sides.before, this.#sides.after].map((evaluator) =>
      OUTCOMES.indexOf(combine(evaluator.evaluate(input)).outcome),
    );
    const outcomes = before! * 16 + after!;
    context.outcomes[property] = outcomes;
    return outcomes;
  }
}

/** Who asks of a home, by representatives of what policies see; what was found of it so far. */
type Context = {
  readonly placed: Placed;
  /** By the class of the property. */
  readonly outcomes: number[];
  /** By the context that comes after it, and the classes of the device in both. */
  readonly moves: Map<Context, Map<string, MovedDevice>>;
};

/** Cells gained, lost and otherwise moved. */
type Counts = [gained: number, lost: number, other: number];
type MovedDevice = { readonly before: Counts; readonly after: Counts };
type Compared = { readonly old: Context; readonly now: Context; readonly known: number; readonly device: number };
const UNMOVED: MovedDevice = { before: [0, 0, 0], after: [0, 0, 0] };

function told([gained, lost, other]: Counts): MovedCells {
  return { gained, lost, other };
}

/** Evaluators by number: each interval of a bundle has one. */
const numbers = new WeakMap<PolicyEvaluator, number>();
let lastNumber = 0;
function numberOf(evaluator: PolicyEvaluator): number {
  const number = numbers.get(evaluator) ?? ++lastNumber;
  numbers.set(evaluator, number);
  return number;
}

function placed(columns: readonly FactColumn[], digests: readonly number[]): Placed {
  return digests.map((digest, at) => ({ path: columns[at]!.fact.path, value: columns[at]!.value(digest) }));
}

function move(moved: Counts, from: number, to: number): void {
  if (from !== to) moved[from === DENIED ? 0 : to === DENIED ? 1 : 2] += 1;
}

const DENIED = OUTCOMES.indexOf('denied');
