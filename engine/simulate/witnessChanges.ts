import {
  AGE_BANDS,
  ALARM_KINDS,
  ASSURANCES,
  CATEGORIES,
  DEVICE_KINDS,
  DEVICE_STATES,
  DEVICE_TRUSTS,
  GRADES,
  HOME_FLAGS,
  LAST_SEENS,
  LEASE_STATES,
  OCCUPANCIES,
  ORGANISATION_KINDS,
  PURPOSES,
  RELATIONS,
  ROLES,
  SHARINGS,
  SUBJECT_CLASSES,
  TIERS,
} from '../../twin/words.ts';
import { ruleKey } from '../census/ruleUse.ts';
import type { Decided } from '../combine.ts';
import {
  type Alternatives,
  basesGiven,
  changeOwners,
  memberChanges,
  type SingleChange,
  windowChanges,
  wordChanges,
} from '../explanation/singleChanges.ts';
import { type BasisFact, CHANNELS, type PolicyInput, RESIDENCIES } from '../facts/PolicyInput.ts';

const HOME_LISTS: readonly Alternatives[] = [
  { path: 'resource.home.flags', values: HOME_FLAGS },
  { path: 'context.emergency', values: ALARM_KINDS },
];

const HOME_WORDS: readonly Alternatives[] = [
  { path: 'resource.home.lease', values: ['none', ...LEASE_STATES] },
  { path: 'resource.home.occupancy', values: OCCUPANCIES },
];

const LABEL_WORDS: readonly Alternatives[] = [
  { path: 'resource.label.sharing', values: SHARINGS },
  { path: 'resource.label.grade', values: GRADES },
  { path: 'resource.label.sensitive', values: [false, true] },
  { path: 'resource.label.category', values: CATEGORIES },
  { path: 'resource.label.subject_class', values: SUBJECT_CLASSES },
];

const PAIR_LISTS: readonly Alternatives[] = [
  { path: 'relations', values: RELATIONS },
  { path: 'context.break_glass', values: CATEGORIES },
];

const ASKING_WORDS: readonly Alternatives[] = [
  { path: 'purpose', values: PURPOSES },
  { path: 'subject.multi_factor', values: [true, false] },
  { path: 'subject.assurance', values: ASSURANCES },
];

const DEVICE_WORDS: readonly Alternatives[] = [
  { path: 'resource.device.state', values: DEVICE_STATES },
  { path: 'resource.device.trust', values: DEVICE_TRUSTS },
  { path: 'resource.device.last_seen', values: LAST_SEENS },
  { path: 'resource.device.kind', values: DEVICE_KINDS },
];

const SUBJECT_WORDS: readonly Alternatives[] = [
  { path: 'subject.tier', values: [...TIERS, 'anonymous'] },
  { path: 'subject.organisation', values: [...ORGANISATION_KINDS, null] },
  { path: 'subject.age_band', values: [...AGE_BANDS, null] },
  { path: 'context.channel', values: CHANNELS },
  { path: 'context.residency', values: RESIDENCIES },
];

/**
 * Every input that one change of one attribute, label or basis makes of this one, those first that happen of themselves
 * or by one decision of somebody: what the home is, what was allowed or waived, the label; then how it is asked, the
 * device, and last who asks. What is asked for, and to do what with it, stays.
 */
export function* witnessChanges(input: PolicyInput, decided: Decided): Generator<SingleChange> {
  for (const list of HOME_LISTS) yield* memberChanges(input, list);
  for (const words of HOME_WORDS) yield* wordChanges(input, words);
  yield* basesWithdrawn(input);
  yield* basesGiven(input);
  yield* memberChanges(input, { path: 'resource.home.waivers', values: waivableRules(input, decided) });
  for (const words of LABEL_WORDS) yield* wordChanges(input, words);
  for (const list of PAIR_LISTS) yield* memberChanges(input, list);
  yield* windowChanges(input);
  for (const words of ASKING_WORDS) yield* wordChanges(input, words);
  yield* memberChanges(input, { path: 'subject.roles', values: ROLES });
  yield* ownersOfOtherAge(input);
  for (const words of DEVICE_WORDS) yield* wordChanges(input, words);
  for (const words of SUBJECT_WORDS) yield* wordChanges(input, words);
}

/** One basis that is no more, whoever of the owners gave it. */
function* basesWithdrawn(input: PolicyInput): Generator<SingleChange> {
  const bases = new Map(input.resource.owners.flatMap(({ basis }) => basis).map((one) => [keyOf(one), one]));
  for (const [key, { type, categories, granularity }] of bases) {
    const condition = `there were no basis of type ${type} for ${categories.join(', ')} (${granularity})`;
    const without = (basis: readonly BasisFact[]) => basis.filter((one) => keyOf(one) !== key);
    yield changeOwners(input, (owner) => ({ ...owner, basis: without(owner.basis) }), condition);
  }
}

function* ownersOfOtherAge(input: PolicyInput): Generator<SingleChange> {
  for (const [at, { age_band: own }] of input.resource.owners.entries()) {
    for (const band of AGE_BANDS) {
      if (band === own) continue;
      const other = input.resource.owners[at];
      const edit = (owner: typeof other & object) => (owner === other ? { ...owner, age_band: band } : owner);
      yield changeOwners(input, edit, `an owner of age ${own} were ${band}`);
    }
  }
}

/** The rules that a waiver keeps from acting, or would: only one that is waivable gives way. */
function waivableRules({ resource }: PolicyInput, { reasons }: Decided): readonly string[] {
  const acting = reasons.filter(({ code }) => code === 'cap' || code === 'deny').map(ruleKey);
  return [...new Set([...resource.home.waivers, ...acting])];
}

function keyOf(basis: BasisFact): string {
  return JSON.stringify(basis);
}
