import type { Category, Grade } from '../../twin/words.ts';
import type { ResourceClass, ResourceClasses } from './resourceClasses.ts';

/** Resource classes of one category and grade that meet the same transition in every class of homes and askings. */
type Behaviour = { readonly category: Category; readonly grade: Grade };

/** How cells behave, of which there are few ways, so that those of a home fit into a word or two. */
export type Behaviours = {
  readonly all: readonly Behaviour[];
  /** The behaviour of each resource class. */
  readonly of: Int32Array;
  /** For each kind of device, the behaviours of the cells that one makes, with how many cells each. */
  readonly cellsOfKind: readonly (readonly (readonly [behaviour: number, cells: number])[])[];
  /** The kind of each class of devices. */
  readonly kindOf: Uint32Array;
};

/** Resource classes that behave alike throughout become one. */
export function findBehaviours(rows: readonly Int32Array[], { classes, kinds, kindOf }: ResourceClasses): Behaviours {
  const { all, of } = sortResources(classes, rows);
  const cellsOfKind = kinds.map((cells) => {
    const counts = new Map<number, number>();
    for (const resource of cells) counts.set(of[resource]!, (counts.get(of[resource]!) ?? 0) + 1);
    return [...counts];
  });
  return { all, of, cellsOfKind, kindOf };
}

function sortResources(resources: readonly ResourceClass[], rows: readonly Int32Array[]) {
  const all: Behaviour[] = [];
  const numbers = new Map<string, number>();
  const of = Int32Array.from(resources, ({ category, grade }, resource) => {
    const key = `${category} ${grade} ${rows.map((row) => row[resource]).join()}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = all.push({ category, grade }) - 1;
      numbers.set(key, number);
    }
    return number;
  });
  return { all, of };
}
