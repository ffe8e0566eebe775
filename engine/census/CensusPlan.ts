import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { type ReadSet, union } from '../rego/readSet.ts';
import { type AskedPlaces, type AskedPlacesOptions, askedPlaces, NONE } from './askedPlaces.ts';
import type { Behaviours } from './Behaviours.ts';
import { ClassDecisions, type DecidedClasses } from './ClassDecisions.ts';
import type { Columns } from './Columns.ts';
import type { DecidedCensus, DecidedGroup } from './DecidedCensus.ts';
import { type HomeProfiles, homeProfiles, partedProfiles } from './HomeProfiles.ts';
import { type PropertyFilter, resourceClasses } from './resourceClasses.ts';
import { SmallFigures, type Withheld } from './SmallFigures.ts';
import { TupleTable } from './TupleTable.ts';
import { AREA, type Census, takeCensus } from './takeCensus.ts';

export type CensusPlanOptions = AskedPlacesOptions & {
  /** Which properties are asked for. */
  readonly filter: PropertyFilter;
};

/** A census under what some bundles read, and what was decided on its classes. */
type Taken = { readonly readSet: ReadSet; readonly census: Census; readonly decisions: ClassDecisions };

/** Profiles, and what they were made for. */
type Sorted = { readonly census: Census; readonly behaviours: Behaviours; readonly whole: HomeProfiles };
type Parted = { readonly whole: HomeProfiles; readonly keyOf: Int32Array; readonly profiles: HomeProfiles };

/**
 * The homes of one revision, counted for the same questions under one pair of bundles after the other. What follows from
 * the homes alone is kept in between, so that after an edit of a draft only what it may have changed is done again:
 *
 * - homes are grouped anew when a bundle reads what none read before;
 * - a policy is asked for the classes that it tells apart when it is not one that was asked before, to the letter;
 * - homes are visited when cells behave alike that did not, or the other way round, or other figures are withheld.
 *
 * What comes out is what a new plan gives: groups that are finer than need be are counted into the same lines.
 */
export class CensusPlan {
  readonly #columns: Columns;
  readonly #filter: PropertyFilter;
  readonly #places: AskedPlaces;
  readonly #small: SmallFigures;
  #taken: Taken | null = null;
  #sorted: Sorted | null = null;
  #parted: Parted | null = null;

  constructor(columns: Columns, { filter, ...options }: CensusPlanOptions) {
    this.#columns = columns;
    this.#filter = filter;
    this.#places = askedPlaces(columns, options);
    this.#small = new SmallFigures(columns);
  }

  /** Decides each class once under each bundle. */
  decide(before: PolicyEvaluator, after: PolicyEvaluator): DecidedCensus {
    const { census, decisions } = this.#take(union(before.readSet, after.readSet));
    const decided = decisions.decide(before, after);
    const whole = this.#sort(census, decided.behaviours);
    const withheld = this.#small.withhold(decided, whole);
    const profiles = withheld ? this.#part(whole, decided.behaviours, withheld.keyOf) : whole;
    return settle(census, decided, profiles, withheld);
  }

  #take(readSet: ReadSet): Taken {
    const wanted = this.#taken ? union(this.#taken.readSet, readSet) : readSet;
    if (this.#taken && JSON.stringify(wanted) === JSON.stringify(this.#taken.readSet)) return this.#taken;
    const census = takeCensus(this.#columns, this.#places, wanted);
    const resources = resourceClasses(this.#columns, wanted, this.#filter);
    this.#taken = { readSet: wanted, census, decisions: new ClassDecisions(this.#columns, census, resources) };
    return this.#taken;
  }

  #sort(census: Census, behaviours: Behaviours): HomeProfiles {
    const known = this.#sorted;
    if (known?.census === census && areEqual(known.behaviours.of, behaviours.of)) return known.whole;
    this.#sorted = { census, behaviours, whole: homeProfiles(this.#columns, census, behaviours) };
    return this.#sorted.whole;
  }

  #part(whole: HomeProfiles, behaviours: Behaviours, keyOf: Int32Array): HomeProfiles {
    const known = this.#parted;
    if (known?.whole === whole && areEqual(known.keyOf, keyOf)) return known.profiles;
    this.#parted = { whole, keyOf, profiles: partedProfiles(this.#columns, behaviours, whole, keyOf) };
    return this.#parted.profiles;
  }
}

/** Puts the parts of groups together whose homes are in the same area of the report and meet the same rows. */
function settle(
  census: Census,
  { rowOf, questions, classes, transitions, behaviours, rows: before }: DecidedClasses,
  profiles: HomeProfiles,
  withheld: Withheld | null,
): DecidedCensus {
  const rows = [...before];
  const settled = new Map<string, number>();
  const settledRow = (row: number, question: number, key: number): number => {
    if (row === NONE || key === 0 || !withheld) return row;
    const name = `${row} ${question} ${key}`;
    let number = settled.get(name);
    if (number === undefined) {
      number = rows.push(withheld.settle(rows[row]!, question, key)) - 1;
      settled.set(name, number);
    }
    return number;
  };
  const table = new TupleTable(1 + questions);
  const tuple = new Int32Array(1 + questions);
  const groups: DecidedGroup[] = [];
  const groupOfPart = profiles.parts.groupOf.map((group, part) => {
    if (census.sizes[group] === 0) return NONE;
    tuple[0] = census.groups.at(group, AREA);
    for (let question = 0; question < questions; question++) {
      tuple[1 + question] = settledRow(rowOf[group * questions + question]!, question, profiles.parts.keyOf[part]!);
    }
    const number = table.number(tuple);
    if (number === groups.length) groups.push({ area: tuple[0]!, rows: [...tuple.subarray(1)] });
    return number;
  });
  return { transitions, behaviours, rows, groups, groupOfPart, profiles, classes };
}

function areEqual(one: Int32Array, other: Int32Array): boolean {
  return one.length === other.length && one.every((number, at) => number === other[at]);
}
