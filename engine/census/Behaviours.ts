import type { Category, Grade } from '../../twin/words.ts';
import type { BundleRows } from './BundleRows.ts';
import type { ResourceClass, ResourceClasses } from './resourceClasses.ts';
import type { Transitions } from './Transitions.ts';

/** Resource classes of one category and grade that meet the same transition in every class of homes and askings. */
type Behaviour = { readonly category: Category; readonly grade: Grade };

/** What bundles decide, by row and behaviour. */
export type Behaviours = {
  readonly all: readonly Behaviour[];
  /** Behaviours of the cells that devices make, with how many cells each: devices that make the same are one kind. */
  readonly kinds: readonly (readonly (readonly [behaviour: number, cells: number])[])[];
  /** The kind of each class of devices. */
  readonly kindOf: Uint32Array;
  /** Rows of transitions by behaviour. */
  readonly rows: readonly Int32Array[];
};

/**
 * Puts the rows of both bundles side by side: for each pair of rows that some group meets, a row of transitions. Then
 * resource classes that behave alike throughout are one behaviour, of which there are few, so that those of a home fit
 * into a word or two.
 */
export function findBehaviours(
  pairs: readonly (readonly [before: number, after: number])[],
  bundles: { readonly before: BundleRows; readonly after: BundleRows },
  resources: ResourceClasses,
  transitions: Transitions,
): Behaviours {
  const wide = pairs.map(([before, after]) => {
    const [rowBefore, rowAfter] = [bundles.before.row(before), bundles.after.row(after)];
    return rowBefore.map((decided, resource) => transitions.number(decided, rowAfter[resource]!));
  });
  const { all, behaviourOf } = sortResources(resources.classes, wide);
  const example = all.map((_, behaviour) => behaviourOf.indexOf(behaviour));
  const rows = wide.map((row) => Int32Array.from(example, (resource) => row[resource]!));
  return { all, ...sortDevices(resources.ofDevice, behaviourOf), rows };
}

function sortDevices(ofDevice: ResourceClasses['ofDevice'], behaviourOf: readonly number[]) {
  const kinds: [behaviour: number, cells: number][][] = [];
  const numbers = new Map<string, number>();
  const kindOf = Uint32Array.from(ofDevice, (cells) => {
    const counts = new Map<number, number>();
    for (const resource of cells) {
      const behaviour = behaviourOf[resource]!;
      counts.set(behaviour, (counts.get(behaviour) ?? 0) + 1);
    }
    const kind = [...counts].sort(([a], [b]) => a - b);
    const key = kind.join(' ');
    const number = numbers.get(key) ?? kinds.push(kind) - 1;
    numbers.set(key, number);
    return number;
  });
  return { kinds, kindOf };
}

function sortResources(resources: readonly ResourceClass[], rows: readonly Int32Array[]) {
  const all: Behaviour[] = [];
  const numbers = new Map<string, number>();
  const behaviourOf = resources.map(({ category, grade }, resource) => {
    const key = `${category} ${grade} ${rows.map((row) => row[resource]).join()}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = all.push({ category, grade }) - 1;
      numbers.set(key, number);
    }
    return number;
  });
  return { all, behaviourOf };
}
