import type { Category, Grade, Label } from '../../twin/words.ts';
import type { ReadSet } from '../rego/readSet.ts';
import type { Columns } from './Columns.ts';
import { Tuples } from './Tuples.ts';

/** Properties of one category and grade that policies cannot tell apart. */
export type ResourceClass = {
  readonly category: Category;
  readonly grade: Grade;
  /** Digests of the resource facts of one of them. */
  readonly facts: readonly number[];
};

export type ResourceClasses = {
  readonly classes: readonly ResourceClass[];
  /** For each kind of device, the classes of the cells that one makes. */
  readonly kinds: readonly (readonly number[])[];
  /** The kind of each class of devices. */
  readonly kindOf: Uint32Array;
};

/** Which properties a scenario asks for: those that are of all that is given. */
export type PropertyFilter = {
  readonly categories?: readonly Category[];
  readonly grades?: readonly Grade[];
  readonly properties?: readonly string[];
};

/** Sorts the properties of all devices into classes. */
export function resourceClasses(
  { deviceClasses }: Columns,
  readSet: ReadSet,
  { categories, grades, properties }: PropertyFilter,
): ResourceClasses {
  const { columns } = deviceClasses;
  const representatives = columns.map((column) => column.representatives(readSet));
  const labelAt = columns.findIndex(({ fact }) => fact.path.join('.') === 'resource.label');
  const classes: ResourceClass[] = [];
  const known = new Map<string, number>();
  const classOf = deviceClasses.properties.map(({ property, facts: exact }) => {
    const { category, grade } = columns[labelAt]!.value(exact[labelAt]!) as Label;
    if (properties && !properties.includes(property)) return NONE;
    if (categories && !categories.includes(category)) return NONE;
    if (grades && !grades.includes(grade)) return NONE;
    const facts = exact.map((digest, at) => representatives[at]![digest]!);
    const key = `${category} ${grade} ${facts.join()}`;
    let number = known.get(key);
    if (number === undefined) {
      number = classes.push({ category, grade, facts }) - 1;
      known.set(key, number);
    }
    return number;
  });
  const kinds = new Tuples();
  const kindOf = Uint32Array.from(deviceClasses.devices, (ofClass) =>
    kinds.digest(ofClass.flatMap((property) => (classOf[property] === NONE ? [] : classOf[property]!)).sort(byNumber)),
  );
  return { classes, kinds: kinds.all(), kindOf };
}

function byNumber(a: number, b: number): number {
  return a - b;
}

const NONE = -1;
