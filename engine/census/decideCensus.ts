import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import { type Behaviours, findBehaviours } from './Behaviours.ts';
import { Bits } from './Bits.ts';
import { BundleRows, SharedRows } from './BundleRows.ts';
import type { Columns } from './Columns.ts';
import type { ResourceClasses } from './resourceClasses.ts';
import { Transitions } from './Transitions.ts';
import { type Census, NONE } from './takeCensus.ts';

/** Homes of one area of the report for which every question has the same row of transitions. */
export type DecidedGroup = {
  readonly area: number;
  /** The number of the row for each question; −1 where it is not asked. */
  readonly rows: readonly number[];
};

/** A census with both bundles' decisions on every class. */
export type DecidedCensus = {
  readonly transitions: Transitions;
  readonly behaviours: Behaviours;
  readonly groups: readonly DecidedGroup[];
  /** The group of each home; −1 for homes that are not counted. */
  readonly groupOf: Int32Array;
  /** The behaviours that a home has cells of. */
  readonly homeBits: Bits;
  /** How many classes of cells were decided. */
  readonly classes: number;
};

/** Decides each class once under each bundle. */
export function decideCensus(
  columns: Columns,
  census: Census,
  resources: ResourceClasses,
  bundles: { readonly before: PolicyEvaluator; readonly after: PolicyEvaluator },
): DecidedCensus {
  const shared = new SharedRows();
  const before = new BundleRows(bundles.before, columns, census, resources.classes, shared);
  const after = new BundleRows(bundles.after, columns, census, resources.classes, shared);

  const pairs: (readonly [number, number])[] = [];
  const pairNumbers = new Map<number, number>();
  const rowOf = (home: number, asked: number): number => {
    const pair = [before.rowNumber(home, asked), after.rowNumber(home, asked)] as const;
    const key = pair[0] * 2 ** 26 + pair[1];
    let number = pairNumbers.get(key);
    if (number === undefined) {
      number = pairs.push(pair) - 1;
      pairNumbers.set(key, number);
    }
    return number;
  };

  const groups: DecidedGroup[] = [];
  const groupNumbers = new Map<string, number>();
  const classes = new Set<number>();
  const decidedOf = census.groups.map(({ area, home, asked }) => {
    const rows = asked.map((one) => {
      if (one === NONE) return NONE;
      classes.add(home * 2 ** 26 + one);
      return rowOf(home, one);
    });
    const key = `${area} ${rows.join()}`;
    let number = groupNumbers.get(key);
    if (number === undefined) {
      number = groups.push({ area, rows }) - 1;
      groupNumbers.set(key, number);
    }
    return number;
  });

  const transitions = new Transitions(shared.decided);
  const behaviours = findBehaviours(pairs, { before, after }, resources, transitions);
  return {
    transitions,
    behaviours,
    groups,
    groupOf: census.groupOf.map((group) => (group === NONE ? NONE : decidedOf[group]!)),
    homeBits: bitsOfHomes(columns, behaviours),
    classes: classes.size * resources.classes.length,
  };
}

function bitsOfHomes({ devices, deviceStart, deviceCount, size }: Columns, { all, kinds, kindOf }: Behaviours): Bits {
  const ofKind = new Bits(kinds.length, all.length);
  for (const [kind, cells] of kinds.entries()) for (const [behaviour] of cells) ofKind.add(kind, behaviour);
  const bits = new Bits(size, all.length);
  const [classes, starts, counts] = [devices.view(), deviceStart.view(), deviceCount.view()];
  for (let home = 0; home < size; home++) {
    const start = starts[home]!;
    for (let at = start; at < start + counts[home]!; at++) bits.addAll(home, ofKind, kindOf[classes[at]!]!);
  }
  return bits;
}
