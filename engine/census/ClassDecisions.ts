import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { NONE } from './askedPlaces.ts';
import { type Behaviours, findBehaviours } from './Behaviours.ts';
import { BundleRows, Decisions } from './BundleRows.ts';
import type { Columns } from './Columns.ts';
import { PairNumbers } from './PairNumbers.ts';
import { PolicyRows } from './PolicyRows.ts';
import type { ResourceClasses } from './resourceClasses.ts';
import { Transitions } from './Transitions.ts';
import { ASKED, type Census, HOME } from './takeCensus.ts';

/** Both bundles' decisions on every class of a census. */
export type DecidedClasses = {
  readonly transitions: Transitions;
  readonly behaviours: Behaviours;
  /** Rows of transitions by behaviour. */
  readonly rows: readonly Int32Array[];
  /** For each group of the census and each question after the other, the number of the row; −1 where it is not asked. */
  readonly rowOf: Int32Array;
  readonly questions: number;
  /** How many classes of cells there are. */
  readonly classes: number;
};

/** How many policies and bundles are kept: those of a bundle, and many versions of a draft. */
const MOST_POLICIES = 512;
const MOST_BUNDLES = 8;

/** What a policy says: by pair of home class and asked class the number of its row. */
type PolicySayings = { readonly rows: PolicyRows; readonly rowOfPair: Int32Array };
type SideOfPairs = { readonly rows: BundleRows; readonly rowOfPair: Int32Array };

/**
 * Decides the classes of a census, for one pair of bundles after the other. What was decided before is kept: policies that
 * are equal to the letter are not asked again, and a bundle that is compared again is not joined again.
 */
export class ClassDecisions {
  readonly #columns: Columns;
  readonly #census: Census;
  readonly #resources: ResourceClasses;
  readonly #decisions = new Decisions();
  readonly #policies = new Map<string, PolicySayings>();
  readonly #sides = new Map<PolicyEvaluator, SideOfPairs>();
  /** The pairs of home class and asked class that some home makes, and for each group and question the number of its own. */
  readonly #homeOfPair: number[] = [];
  readonly #askedOfPair: number[] = [];
  readonly #pairOf: Int32Array;

  constructor(columns: Columns, census: Census, resources: ResourceClasses) {
    this.#columns = columns;
    this.#census = census;
    this.#resources = resources;
    const { groups, sizes, questions } = census;
    const numbers = new PairNumbers();
    this.#pairOf = new Int32Array(groups.size * questions).fill(NONE);
    for (let group = 0; group < groups.size; group++) {
      if (sizes[group] === 0) continue;
      const home = groups.at(group, HOME);
      for (let question = 0; question < questions; question++) {
        const asked = groups.at(group, ASKED + question);
        if (asked === NONE) continue;
        const pair = numbers.number(home, asked);
        if (pair === this.#homeOfPair.length) {
          this.#homeOfPair.push(home);
          this.#askedOfPair.push(asked);
        }
        this.#pairOf[group * questions + question] = pair;
      }
    }
  }

  decide(before: PolicyEvaluator, after: PolicyEvaluator): DecidedClasses {
    const [one, other] = [this.#side(before), this.#side(after)];
    const numbers = new PairNumbers();
    const met: (readonly [before: number, after: number])[] = [];
    const rowOfPair = one.rowOfPair.map((row, pair) => {
      const number = numbers.number(row, other.rowOfPair[pair]!);
      if (number === met.length) met.push([row, other.rowOfPair[pair]!]);
      return number;
    });
    const transitions = new Transitions(this.#decisions.all);
    const wide = met.map(([rowBefore, rowAfter]) => {
      const decided = other.rows.row(rowAfter);
      return one.rows.row(rowBefore).map((each, resource) => transitions.number(each, decided[resource]!));
    });
    const behaviours = findBehaviours(wide, this.#resources);
    const example = behaviours.all.map((_, behaviour) => behaviours.of.indexOf(behaviour));
    return {
      transitions,
      behaviours,
      rows: wide.map((row) => Int32Array.from(example, (resource) => row[resource]!)),
      questions: this.#census.questions,
      rowOf: this.#pairOf.map((pair) => (pair === NONE ? NONE : rowOfPair[pair]!)),
      classes: this.#homeOfPair.length * this.#resources.classes.length,
    };
  }

  #side(evaluator: PolicyEvaluator): SideOfPairs {
    const known = this.#sides.get(evaluator);
    if (known) {
      // The baseline is compared with every draft, and is the last to be forgotten.
      this.#sides.delete(evaluator);
      this.#sides.set(evaluator, known);
      return known;
    }
    const policies = evaluator.policies?.length ? evaluator.policies : [evaluator];
    const { classes } = this.#resources;
    const sayings = policies.map((policy) => this.#policy(policy));
    const ofPolicies = sayings.map((saying) => saying.rows);
    const rows = new BundleRows(ofPolicies, classes.length, this.#decisions);
    const said = new Int32Array(sayings.length);
    const rowOfPair = new Int32Array(this.#homeOfPair.length);
    for (let pair = 0; pair < rowOfPair.length; pair++) {
      for (let at = 0; at < said.length; at++) said[at] = sayings[at]!.rowOfPair[pair]!;
      rowOfPair[pair] = rows.rowNumber(said);
    }
    const side = { rows, rowOfPair };
    forgetOldest(this.#sides, MOST_BUNDLES);
    this.#sides.set(evaluator, side);
    return side;
  }

  #policy(policy: PolicyEvaluator): PolicySayings {
    const known = policy.digest === undefined ? undefined : this.#policies.get(policy.digest);
    if (known) return known;
    const rows = new PolicyRows(policy, this.#columns, this.#census, this.#resources.classes);
    const rowOfPair = new Int32Array(this.#homeOfPair.length);
    for (let pair = 0; pair < rowOfPair.length; pair++) {
      rowOfPair[pair] = rows.row(this.#homeOfPair[pair]!, this.#askedOfPair[pair]!);
    }
    const sayings = { rows, rowOfPair };
    if (policy.digest === undefined) return sayings;
    forgetOldest(this.#policies, MOST_POLICIES);
    this.#policies.set(policy.digest, sayings);
    return sayings;
  }
}

function forgetOldest<Key>(map: Map<Key, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= most) map.delete(oldest);
}
