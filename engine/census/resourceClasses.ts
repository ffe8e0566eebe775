import type { Category, Grade, Label } from '../../twin/words.ts';
import type { ReadSet } from '../rego/readSet.ts';
import type { Columns } from './Columns.ts';

/** Properties of one category and grade that policies cannot tell apart. */
export type ResourceClass = {
  readonly category: Category;
  readonly grade: Grade;
  /** Digests of the resource facts of one of them. */
  readonly facts: readonly number[];
};

export type ResourceClasses = {
  readonly classes: readonly ResourceClass[];
  /** The classes of the cells that a device makes, by the class of the device. */
  readonly ofDevice: readonly (readonly number[])[];
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
  const ofDevice = deviceClasses.devices.map((ofClass) =>
    ofClass.map((property) => classOf[property]!).filter((number) => number !== NONE),
  );
  return { classes, ofDevice };
}

const NONE = -1;
