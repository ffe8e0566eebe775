import type { Category } from '../../../twin/words.ts';
import { DEVICE_KINDS, DEVICE_STATES, DEVICE_TRUSTS, GRADES, SHARINGS } from '../../../twin/words.ts';
import type { Columns } from '../../census/Columns.ts';
import type { Census } from '../../census/takeCensus.ts';
import { combine } from '../../combine.ts';
import { type Placed, toInput } from '../../facts/gatherFacts.ts';
import type { PolicyInput } from '../../facts/PolicyInput.ts';
import type { PolicyEvaluator } from '../../rego/PolicyEvaluator.ts';
import type { InputPath, ReadSet } from '../../rego/readSet.ts';
import { trimInput } from '../../rego/trimInput.ts';
import type { ScenarioQuestion } from '../questionsOf.ts';
import type { CountedClass } from './countHomes.ts';
import { EFFECTS, effectOf } from './effects.ts';
import type { SyntheticWitness } from './GuardedReport.ts';

export type WitnessPorts = {
  readonly columns: Columns;
  readonly census: Census;
  readonly questions: readonly ScenarioQuestion[];
  readonly readSet: ReadSet;
  readonly before: PolicyEvaluator;
  readonly after: PolicyEvaluator;
};

/**
 * A home that nobody lives in, with what policies read of a class of homes, and a property on which both bundles decide as
 * the class is counted for. The property is looked for among all that closed words allow, the most usual first, and not
 * among those that homes have. Null when there is none.
 */
export function syntheticWitness(
  { question, home, asked }: CountedClass,
  { category, effect }: { readonly category: Category; readonly effect: number },
  { columns, census, questions, readSet, before, after }: WitnessPorts,
): SyntheticWitness | null {
  const { action, purpose } = questions[question]!;
  const homeFacts = columns.homeColumns.map((column, at) => column.seen(census.homeClasses.tuple(home)[at]!, readSet));
  const askedFacts = columns.askedColumns.map((column, at) =>
    column.seen(census.askedClasses.tuple(asked)[at]!, readSet),
  );
  const ofClass = [...homeFacts, ...askedFacts].filter((placed) => placed !== null);
  for (const property of anyProperty(category, readSet)) {
    const input = trimInput(toInput([...ofClass, ...property]), readSet) as PolicyInput;
    const [one, other] = [combine(before.evaluate(input)), combine(after.evaluate(input))];
    if (effectOf(one, other) !== effect) continue;
    const reasons = { before: one.reasons, after: other.reasons };
    const { from, to } = EFFECTS[effect]!;
    return { home: 'synthetic', device: 'synthetic', action, purpose, input, before: from, after: to, reasons };
  }
  return null;
}

/** A path of the input with the values that it can have, the most usual first. */
type Choice = { readonly path: InputPath; readonly values: readonly unknown[] };

const OF_PROPERTY: readonly Choice[] = [
  { path: ['resource', 'label', 'subject_class'], values: ['personal', 'public', 'organisation'] },
  { path: ['resource', 'label', 'grade'], values: GRADES },
  { path: ['resource', 'label', 'sharing'], values: ['restricted', ...SHARINGS.filter((one) => one !== 'restricted')] },
  { path: ['resource', 'label', 'sensitive'], values: [false, true] },
  { path: ['resource', 'device', 'trust'], values: ['normal', ...DEVICE_TRUSTS.filter((one) => one !== 'normal')] },
  { path: ['resource', 'device', 'state'], values: ['online', ...DEVICE_STATES.filter((one) => one !== 'online')] },
  { path: ['resource', 'device', 'last_seen'], values: ['fresh', 'stale', 'never'] },
  { path: ['resource', 'device', 'kind'], values: DEVICE_KINDS },
];

/** Every property of a category that these policies can tell apart: what they do not read has its most usual value. */
function* anyProperty(category: Category, readSet: ReadSet): Generator<Placed> {
  const fixed: Placed = [
    { path: ['resource', 'type'], value: 'property' },
    { path: ['resource', 'label', 'category'], value: category },
    { path: ['resource', 'instrument'], value: null },
  ];
  const choices = OF_PROPERTY.map(({ path, values }) => ({
    path,
    values: readSet.some((read) => meets(read, path)) ? values : values.slice(0, 1),
  }));
  for (const chosen of combinations(choices)) yield [...fixed, ...chosen];
}

function* combinations([first, ...rest]: readonly Choice[]): Generator<Placed> {
  if (!first) return yield [];
  const { path, values } = first;
  for (const value of values) for (const others of combinations(rest)) yield [{ path, value }, ...others];
}

/** Whether a path of a read set lies above another, at it or under it. */
function meets(read: InputPath, path: InputPath): boolean {
  return path.every((key, at) => at >= read.length || read[at] === '*' || read[at] === key);
}
