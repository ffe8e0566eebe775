import { NONE } from './askedPlaces.ts';
import { Bits } from './Bits.ts';
import type { Columns } from './Columns.ts';
import { type DecidedCensus, groupOfHome } from './DecidedCensus.ts';
import { GroupProfiles } from './GroupProfiles.ts';
import { AGES, type Age } from './PeopleColumn.ts';
import { TupleTable } from './TupleTable.ts';

/** A kind of line: which of its lines a cell belongs to. */
export type LineKind = {
  /** Whether the lines are kept apart by the area of the report. */
  readonly byArea: boolean;
  /** The number of the line for a cell, small and from 0 on; −1 where it belongs to none. */
  readonly lineOf: (transition: number, behaviour: number, question: number) => number;
};

/** What is counted into a line. */
export type Line = {
  /** The number that its kind gives it, and the area of the report, −1 where areas are not told apart. */
  readonly number: number;
  readonly area: number;
  cells: number;
  /** Different homes that have one of the cells, and the number of the first of them. */
  homes: number;
  first: number;
  /** The people of the homes by age; those of several homes count once where areas are not told apart. */
  readonly people: Record<Age, number>;
};

/**
 * Counts cells, homes and people into lines, for each kind those that have a cell. Cells are summed from groups and
 * behaviours. Homes are counted distinct, whichever question reaches them: a home counts for a line when one of its
 * behaviours is among those that any question of its group brings there.
 *
 * Groups with the same rows bring the same lines, so lines are found once for all of them, and counted once where areas
 * are not told apart.
 */
export function tally(
  columns: Columns,
  decided: DecidedCensus,
  kinds: readonly LineKind[],
): readonly (readonly Line[])[] {
  const { groups, behaviours } = decided;
  const rows = new CellRows(decided, kinds);
  const profiles = new GroupProfiles(decided);
  const book = new LineBook(kinds);
  const width = behaviours.all.length;
  const finder = new LineFinder(rows, width);
  for (const members of groupsWithEqualRows(decided)) {
    const lines = finder.find(groups[members[0]!]!.rows);
    const met = new Met(lines.sets, profiles);
    const cells = new Float64Array(width);
    for (const group of members) {
      const ofGroup = profiles.cells.subarray(group * width, (group + 1) * width);
      for (let behaviour = 0; behaviour < width; behaviour++) cells[behaviour]! += ofGroup[behaviour]!;
      met.count(group);
      addLines(lines, true, groups[group]!.area, ofGroup, met.ofGroup);
      met.next();
    }
    addLines(lines, false, NONE, cells, met.ofAll);
  }

  function addLines(lines: FoundLines, byArea: boolean, area: number, cellsOf: Float64Array, counts: Counts): void {
    const { ids, start, behaviour, times, set } = lines;
    for (let at = 0; at < ids.length; at++) {
      if (rows.isByArea(ids[at]!) !== byArea) continue;
      let cells = 0;
      for (let one = start[at]!; one < start[at + 1]!; one++) cells += cellsOf[behaviour[one]!]! * times[one]!;
      if (cells > 0) addTo(book.line(rows.kindOf(ids[at]!), rows.numberOf(ids[at]!), area), cells, counts, set[at]!);
    }
  }

  countSharedOnce(columns, decided, rows, book);
  return book.lines();
}

/** Groups of all areas whose homes meet the same rows. */
function groupsWithEqualRows({ groups }: DecidedCensus): readonly (readonly number[])[] {
  const table = new TupleTable(groups[0]?.rows.length ?? 0);
  const members: number[][] = [];
  for (const [group, { rows }] of groups.entries()) {
    const number = table.number(rows);
    if (number === members.length) members.push([]);
    members[number]!.push(group);
  }
  return members;
}

/** The lines of the cells of each row and question: found once for all groups that meet them. */
class CellRows {
  readonly #decided: DecidedCensus;
  readonly #kinds: readonly LineKind[];
  readonly #ids: readonly Map<number, number>[];
  readonly #kindOf: number[] = [];
  readonly #numberOf: number[] = [];
  readonly #byArea: boolean[] = [];
  readonly #known = new Map<number, Int32Array>();

  constructor(decided: DecidedCensus, kinds: readonly LineKind[]) {
    this.#decided = decided;
    this.#kinds = kinds;
    this.#ids = kinds.map(() => new Map());
  }

  kindOf(id: number): number {
    return this.#kindOf[id]!;
  }

  numberOf(id: number): number {
    return this.#numberOf[id]!;
  }

  isByArea(id: number): boolean {
    return this.#byArea[id]!;
  }

  /** For each behaviour, one after the other, the id of its line of each kind; −1 for none. */
  linesOf(row: number, question: number): Int32Array {
    const key = row * this.#decided.groups[0]!.rows.length + question;
    let known = this.#known.get(key);
    if (!known) {
      known = this.#find(this.#decided.rows[row]!, question);
      this.#known.set(key, known);
    }
    return known;
  }

  #find(row: Int32Array, question: number): Int32Array {
    const found = new Int32Array(row.length * this.#kinds.length).fill(NONE);
    for (let behaviour = 0; behaviour < row.length; behaviour++) {
      for (const [kind, { lineOf }] of this.#kinds.entries()) {
        const number = lineOf(row[behaviour]!, behaviour, question);
        if (number !== NONE) found[behaviour * this.#kinds.length + kind] = this.#id(kind, number);
      }
    }
    return found;
  }

  #id(kind: number, number: number): number {
    let id = this.#ids[kind]!.get(number);
    if (id === undefined) {
      id = this.#kindOf.push(kind) - 1;
      this.#numberOf.push(number);
      this.#byArea.push(this.#kinds[kind]!.byArea);
      this.#ids[kind]!.set(number, id);
    }
    return id;
  }
}

/** Lines that groups bring cells to, by their place here. */
type FoundLines = {
  readonly ids: Int32Array;
  /** Where the behaviours that bring cells into it start among all, and how many questions each of them does it for. */
  readonly start: Int32Array;
  readonly behaviour: number[];
  readonly times: number[];
  /** The number of the set of the behaviours, among those sets that the lines have. */
  readonly set: Int32Array;
  readonly sets: Bits;
};

/** Finds the lines of one pattern of rows after the other, in the same memory. */
class LineFinder {
  readonly #rows: CellRows;
  readonly #width: number;
  readonly #words: Bits;
  /** By line, its place in the pattern plus one, and by place and behaviour how many questions bring it. */
  #placeOf = new Int32Array(1024);
  #times = new Uint32Array(1024);

  constructor(rows: CellRows, width: number) {
    this.#rows = rows;
    this.#width = width;
    this.#words = new Bits(1, width);
  }

  find(ofQuestions: readonly number[]): FoundLines {
    const ids = this.#count(ofQuestions);
    const [start, set] = [new Int32Array(ids.length + 1), new Int32Array(ids.length)];
    const [behaviour, times]: [number[], number[]] = [[], []];
    const table = new TupleTable(this.#words.words);
    const words = new Int32Array(this.#words.block.buffer);
    for (let line = 0; line < ids.length; line++) {
      words.fill(0);
      for (let one = 0; one < this.#width; one++) {
        const count = this.#times[line * this.#width + one]!;
        if (count === 0) continue;
        behaviour.push(one);
        times.push(count);
        this.#words.add(0, one);
      }
      start[line + 1] = behaviour.length;
      set[line] = table.number(words);
      this.#placeOf[ids[line]!] = 0;
    }
    this.#times.fill(0, 0, ids.length * this.#width);
    const sets = new Bits(table.size, this.#width);
    for (let number = 0; number < table.size; number++) sets.block.set(table.tuple(number), number * sets.words);
    return { ids: Int32Array.from(ids), start, behaviour, times, set, sets };
  }

  #count(ofQuestions: readonly number[]): readonly number[] {
    const ids: number[] = [];
    for (let question = 0; question < ofQuestions.length; question++) {
      if (ofQuestions[question] === NONE) continue;
      const found = this.#rows.linesOf(ofQuestions[question]!, question);
      const kinds = found.length / this.#width;
      for (let behaviour = 0, at = 0; behaviour < this.#width; behaviour++) {
        for (let kind = 0; kind < kinds; kind++, at++) {
          const id = found[at]!;
          if (id === NONE) continue;
          let place = this.#place(id) - 1;
          if (place === NONE) {
            place = ids.push(id) - 1;
            this.#placeOf[id] = place + 1;
            this.#grow(ids.length * this.#width);
          }
          this.#times[place * this.#width + behaviour]! += 1;
        }
      }
    }
    return ids;
  }

  #place(id: number): number {
    while (id >= this.#placeOf.length) {
      const larger = new Int32Array(this.#placeOf.length * 2);
      larger.set(this.#placeOf);
      this.#placeOf = larger;
    }
    return this.#placeOf[id]!;
  }

  #grow(size: number): void {
    if (size <= this.#times.length) return;
    const larger = new Uint32Array(Math.max(size, this.#times.length * 2));
    larger.set(this.#times);
    this.#times = larger;
  }
}

/** By set of behaviours: the homes that have one of them, the first of them, and their people by age. */
type Counts = { readonly homes: Int32Array; readonly first: Int32Array; readonly people: Int32Array };

function addTo(line: Line, cells: number, { homes, first, people }: Counts, set: number): void {
  line.cells += cells;
  line.homes += homes[set]!;
  if (first[set] !== NONE && first[set]! < line.first) line.first = first[set]!;
  line.people.other += people[set * AGES.length]!;
  line.people.minor += people[set * AGES.length + 1]!;
  line.people.elder += people[set * AGES.length + 2]!;
}

function noCounts(size: number): Counts {
  const first = new Int32Array(size).fill(NONE);
  return { homes: new Int32Array(size), first, people: new Int32Array(size * AGES.length) };
}

/** Counts the homes of groups for each of some sets of behaviours: lines with equal sets hold the same homes. */
class Met {
  readonly ofGroup: Counts;
  readonly ofAll: Counts;
  readonly #sets: Bits;
  readonly #size: number;
  readonly #profiles: GroupProfiles;

  constructor(sets: Bits, profiles: GroupProfiles) {
    this.#sets = sets;
    this.#size = sets.block.length / sets.words;
    this.#profiles = profiles;
    this.ofGroup = noCounts(this.#size);
    this.ofAll = noCounts(this.#size);
  }

  count(group: number): void {
    const { start, homes, first, people, behaviours } = this.#profiles;
    for (let profile = start[group]!; profile < start[group + 1]!; profile++) {
      for (let set = 0; set < this.#size; set++) {
        if (!behaviours.meets(profile, this.#sets, set)) continue;
        addCounts(this.ofGroup, set, homes[profile]!, first[profile]!);
        for (let age = 0; age < AGES.length; age++) {
          this.ofGroup.people[set * AGES.length + age]! += people[profile * AGES.length + age]!;
        }
      }
    }
  }

  /** Puts the group's counts to those of all groups. */
  next(): void {
    const { homes, first, people } = this.ofGroup;
    for (let set = 0; set < this.#size; set++)
      if (homes[set]! > 0) addCounts(this.ofAll, set, homes[set]!, first[set]!);
    for (let at = 0; at < people.length; at++) this.ofAll.people[at]! += people[at]!;
    homes.fill(0);
    first.fill(NONE);
    people.fill(0);
  }
}

function addCounts({ homes, first }: Counts, set: number, more: number, from: number): void {
  homes[set]! += more;
  if (first[set] === NONE || from < first[set]!) first[set] = from;
}

/** Takes out people who were counted before in another home of the line. */
function countSharedOnce({ people }: Columns, decided: DecidedCensus, rows: CellRows, book: LineBook): void {
  const { groups, profiles, behaviours } = decided;
  const width = behaviours.all.length;
  for (const { age, homes } of people.shared()) {
    const seen = new Set<Line>();
    for (const home of homes) {
      const group = groupOfHome(decided, home);
      if (homes.size < 2 || group === NONE) continue;
      const lines = new Set<Line>();
      for (const [question, row] of groups[group]!.rows.entries()) {
        if (row === NONE) continue;
        const ids = rows.linesOf(row, question);
        for (const [at, id] of ids.entries()) {
          if (id === NONE || !profiles.behaviours.has(profiles.of[home]!, Math.floor(at / (ids.length / width))))
            continue;
          lines.add(book.line(rows.kindOf(id), rows.numberOf(id), rows.isByArea(id) ? groups[group]!.area : NONE));
        }
      }
      for (const line of lines) {
        if (seen.has(line)) line.people[age] -= 1;
        seen.add(line);
      }
    }
  }
}

/** The lines so far, by kind, area and number. */
class LineBook {
  readonly #lines: readonly Map<number, Map<number, Line>>[];

  constructor(kinds: readonly LineKind[]) {
    this.#lines = kinds.map(() => new Map());
  }

  line(kind: number, number: number, area: number): Line {
    let ofArea = this.#lines[kind]!.get(area);
    if (!ofArea) {
      ofArea = new Map();
      this.#lines[kind]!.set(area, ofArea);
    }
    let line = ofArea.get(number);
    if (!line) {
      const people = { other: 0, minor: 0, elder: 0 };
      line = { number, area, cells: 0, homes: 0, first: Number.POSITIVE_INFINITY, people };
      ofArea.set(number, line);
    }
    return line;
  }

  lines(): readonly (readonly Line[])[] {
    return this.#lines.map((byArea) => [...byArea.values()].flatMap((lines) => [...lines.values()]));
  }
}
