import {
  type Category,
  DEVICE_KINDS,
  DEVICE_STATES,
  DEVICE_TRUSTS,
  GRADES,
  type Label,
  SHARINGS,
} from '../../../twin/words.ts';
import { combine } from '../../combine.ts';
import { toInput } from '../../facts/gatherFacts.ts';
import type { PolicyInput } from '../../facts/PolicyInput.ts';
import type { InputPath, ReadSet } from '../../rego/readSet.ts';
import { trimInput } from '../../rego/trimInput.ts';
import type { DecidedScenario } from '../decideScenario.ts';
import type { CountedClass } from './countHomes.ts';
import { effectOf } from './effects.ts';
import type { SyntheticWitness } from './GuardedReport.ts';

/**
 * A home that nobody lives in, with what policies read of a class of homes, and a property on which both bundles decide as
 * the class is counted for. The property is looked for among all that closed words allow, the most usual first, and not
 * among those that homes have. Null when there is none.
 */
export function syntheticWitness(
  { question, home, asked }: CountedClass,
  { category, effect }: { readonly category: Category; readonly effect: number },
  { columns, census, questions, readSet, before, after }: DecidedScenario,
): SyntheticWitness | null {
  const { action, purpose } = questions[question]!;
  const homeFacts = columns.homeColumns.map((column, at) => column.seen(census.homeClasses.tuple(home)[at]!, readSet));
  const askedFacts = columns.askedColumns.map((column, at) =>
    column.seen(census.askedClasses.tuple(asked)[at]!, readSet),
  );
  const ofClass = toInput([...homeFacts, ...askedFacts].filter((placed) => placed !== null));
  for (const { label, device } of anyProperty(category, readSet)) {
    const resource = { ...ofClass.resource, type: 'property', label, device, instrument: null } as const;
    const input: PolicyInput = { ...ofClass, resource };
    const [one, other] = [combine(before.evaluate(input)), combine(after.evaluate(input))];
    if (effectOf(one, other) !== effect) continue;
    const reasons = { before: one.reasons, after: other.reasons };
    return {
      home: 'synthetic',
      device: 'synthetic',
      action,
      purpose,
      input: trimInput(input, readSet),
      before: one.outcome,
      after: other.outcome,
      reasons,
    };
  }
  return null;
}

type Property = { readonly label: Label; readonly device: NonNullable<PolicyInput['resource']['device']> };

/** A member of a label or a device with the values that it can have, the most usual first. */
type Choice = { readonly of: 'label' | 'device'; readonly member: string; readonly values: readonly unknown[] };

const CHOICES: readonly Choice[] = [
  { of: 'label', member: 'subject_class', values: ['personal', 'public', 'organisation'] },
  { of: 'label', member: 'grade', values: GRADES },
  { of: 'label', member: 'sharing', values: ['restricted', ...SHARINGS.filter((one) => one !== 'restricted')] },
  { of: 'label', member: 'sensitive', values: [false, true] },
  { of: 'device', member: 'trust', values: ['normal', ...DEVICE_TRUSTS.filter((one) => one !== 'normal')] },
  { of: 'device', member: 'state', values: ['online', ...DEVICE_STATES.filter((one) => one !== 'online')] },
  { of: 'device', member: 'last_seen', values: ['fresh', 'stale', 'never'] },
  { of: 'device', member: 'kind', values: DEVICE_KINDS },
];

/** Every property of a category that these policies can tell apart: what they do not read has its most usual value. */
function* anyProperty(category: Category, readSet: ReadSet): Generator<Property> {
  const choices = CHOICES.map(({ of, member, values }) => ({
    of,
    member,
    values: readSet.some((path) => meets(path, ['resource', of, member])) ? values : values.slice(0, 1),
  }));
  for (let unusual = 0; unusual <= choices.length; unusual++) {
    yield* combinations(choices, unusual, { label: { category }, device: {} });
  }
}

type SoFar = Readonly<Record<Choice['of'], Readonly<Record<string, unknown>>>>;

/** The combinations in which so many members have another value than their most usual one. */
function* combinations([first, ...rest]: readonly Choice[], unusual: number, chosen: SoFar): Generator<Property> {
  if (!first) {
    if (unusual === 0) yield chosen as unknown as Property;
    return;
  }
  if (unusual > rest.length + 1) return;
  const { of, member, values } = first;
  for (const [at, value] of values.entries()) {
    if (at > 0 && unusual === 0) return;
    yield* combinations(rest, at > 0 ? unusual - 1 : unusual, { ...chosen, [of]: { ...chosen[of], [member]: value } });
  }
}

/** Whether a path of a read set lies above another, at it or under it. */
function meets(read: InputPath, path: InputPath): boolean {
  return path.every((key, at) => at >= read.length || read[at] === '*' || read[at] === key);
}
