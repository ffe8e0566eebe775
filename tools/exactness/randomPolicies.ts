import fc from 'fast-check';
import {
  ACTIONS,
  AGE_BANDS,
  ALARM_KINDS,
  AREA_LEVELS,
  ASSURANCES,
  BASIS_TYPES,
  CATEGORIES,
  DEVICE_KINDS,
  DEVICE_STATES,
  DEVICE_TRUSTS,
  GRADES,
  GRANULARITIES,
  HOME_FLAGS,
  LAST_SEENS,
  LEASE_STATES,
  OCCUPANCIES,
  ORGANISATION_KINDS,
  OUTCOMES,
  PURPOSES,
  RELATIONS,
  ROLES,
  SHARINGS,
  SUBJECT_CLASSES,
  TIERS,
} from '../../twin/words.ts';

/** The head of a policy that is in force whenever a scenario asks. */
export const DRAFT_HEAD = `# METADATA
# title: a draft
# custom:
#   clauses: []
#   owner: test
#   announced: "2027-01-01"
#   in_force: "2027-01-01"
`;

/** The rules that generated policies name, as waivers do. */
export const GENERATED_RULES = ['rule_0', 'rule_1', 'rule_2', 'rule_3', 'rule_4'].map(
  (rule) => `sharing.tiered/${rule}`,
);

/** Where a path holds one of some words. */
const WORDS: readonly (readonly [path: string, words: readonly (string | null)[]])[] = [
  ['input.resource.label.category', CATEGORIES],
  ['input.resource.label.grade', GRADES],
  ['input.resource.label.sharing', SHARINGS],
  ['input.resource.label.subject_class', SUBJECT_CLASSES],
  ['input.subject.tier', TIERS],
  ['input.subject.organisation', [...ORGANISATION_KINDS, null]],
  ['input.subject.assurance', ASSURANCES],
  ['input.action', ACTIONS],
  ['input.purpose', PURPOSES],
  ['input.resource.home.occupancy', OCCUPANCIES],
  ['input.resource.home.lease', ['none', ...LEASE_STATES]],
  ['input.resource.device.trust', DEVICE_TRUSTS],
  ['input.resource.device.state', DEVICE_STATES],
  ['input.resource.device.last_seen', LAST_SEENS],
  ['input.resource.device.kind', DEVICE_KINDS],
];

/** Where a path holds a list of some words. */
const LISTS: readonly (readonly [path: string, words: readonly string[]])[] = [
  ['input.relations', RELATIONS],
  ['input.subject.roles', ROLES],
  ['input.resource.home.flags', HOME_FLAGS],
  ['input.context.emergency', ALARM_KINDS],
  ['input.context.break_glass', CATEGORIES],
  ['input.context.time_windows', ['day', 'night', 'office_hours']],
];

const ofWords = fc
  .constantFrom(...WORDS)
  .chain(([path, words]) =>
    fc
      .tuple(fc.subarray([...words], { minLength: 1 }), fc.boolean())
      .map(([some, without]) => `${without ? 'not ' : ''}${path} in ${setOf(some)}`),
  );
const ofLists = fc.constantFrom(...LISTS).chain(([path, words]) =>
  fc.oneof(
    fc.constantFrom(...words).map((word) => `"${word}" in ${path}`),
    fc.constantFrom(...words).map((word) => `not "${word}" in ${path}`),
    fc.constantFrom(`count(${path}) == 0`, `count(${path}) > 1`),
  ),
);
const ofBases = fc
  .tuple(fc.subarray([...BASIS_TYPES], { minLength: 1 }), fc.subarray([...GRANULARITIES], { minLength: 1 }))
  .chain(([types, granularities]) =>
    fc.constantFrom(
      `basis.backed(${setOf(types)})`,
      `not basis.backed(${setOf(types)})`,
      'basis.consented',
      `basis.granularity in ${setOf(granularities)}`,
      `some whom in input.resource.owners\n\tsome what in whom.basis\n\twhat.type in ${setOf(types)}\n\twhat.granularity in ${setOf(granularities)}`,
      'some whom in input.resource.owners\n\twhom.other_purpose',
      'every whom in input.resource.owners { count(whom.basis) == 0 }',
    ),
  );
const ofPeople = fc
  .subarray([...AGE_BANDS], { minLength: 1 })
  .chain((bands) =>
    fc.constantFrom(
      'count(input.resource.owners) > 1',
      'count(input.resource.owners) == 0',
      `some whom in input.resource.owners\n\twhom.age_band in ${setOf(bands)}`,
      `every whom in input.resource.owners { whom.age_band in ${setOf(bands)} }`,
    ),
  );
const condition = fc.oneof(
  { weight: 4, arbitrary: ofWords },
  { weight: 2, arbitrary: ofLists },
  { weight: 2, arbitrary: ofBases },
  { weight: 1, arbitrary: ofPeople },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'input.subject.multi_factor',
      'not input.subject.multi_factor',
      'input.resource.label.sensitive',
      'not input.resource.label.sensitive',
    ),
  },
);

const obligation = fc.oneof(
  fc.constantFrom('generalise', 'randomise', 'suppress').map((method) => `{"type": "mask", "method": "${method}"}`),
  fc.constantFrom('PT15M', 'PT1H', 'P1D').map((window) => `{"type": "coarsen_time", "window": "${window}"}`),
  fc.constantFrom('room', 'home', 'building').map((level) => `{"type": "coarsen_space", "level": "${level}"}`),
  fc.constantFrom('lease.end', 'basis.until').map((one) => `{"type": "retain_until", "reference": "${one}"}`),
  fc.constantFrom('residents', 'owner').map((who) => `{"type": "notify", "who": "${who}"}`),
  fc.constant('{"type": "audit"}'),
);
/** As many homes as are told, or as the grade of the datum asks for. */
const aggregate = fc
  .tuple(
    fc.constantFrom('3', '10', '25', 'object.get({"general_1": 4, "general_2": 9}, input.resource.label.grade, 30)'),
    fc.constantFrom(...AREA_LEVELS.slice(1)),
  )
  .map(([k, area]) => `{"type": "aggregate", "k": ${k}, "area": "${area}", "window": "PT1H"}`);

const rule = (kinds: readonly ('permit' | 'cap' | 'deny')[], mostConditions: number) =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    waivable: fc.boolean(),
    outcome: fc.constantFrom(...OUTCOMES.slice(1)),
    obligations: fc.array(obligation, { maxLength: 2 }),
    aggregate,
    // Each has variables of its own.
    conditions: fc
      .array(condition, { minLength: 1, maxLength: mostConditions })
      .map((all) => all.map((one, at) => one.replaceAll(/\b(whom|what)\b/g, `$1_${at}`))),
  });
/** What is permitted nowhere cannot be capped, denied or waived. */
const rules = fc
  .tuple(
    fc.array(rule(['permit'], 1), { minLength: 1, maxLength: 2 }),
    fc.array(rule(['permit', 'cap', 'deny'], 3), { maxLength: GENERATED_RULES.length - 2 }),
  )
  .map(([permits, others]) => [...permits, ...others]);

/** The text of one policy that reads any part of the input, with up to five rules of all kinds. */
export const randomPolicies = rules.map((all) => {
  const texts = all.map(({ kind, waivable, outcome, obligations, aggregate, conditions }, number) => {
    const bound = outcome === 'aggregate' ? [...obligations, aggregate] : obligations;
    const members = kind === 'deny' ? '' : `, "outcome": "${outcome}", "obligations": [${bound.join(', ')}]`;
    const metadata = `# METADATA\n# title: rule ${number}\n# custom:\n#   clauses: []\n${waivable && kind !== 'permit' ? '#   waivable: true\n' : ''}`;
    return `${metadata}${kind} contains {"rule": "rule_${number}"${members}} if {\n\t${conditions.join('\n\t')}\n}\n`;
  });
  const text = texts.join('\n');
  return `${DRAFT_HEAD}package sharing.tiered\n\n${/[ \t]basis\.(backed|consented|granularity)/.test(text) ? 'import data.lib.basis\n\n' : ''}${text}`;
});

function setOf(values: readonly (string | null)[]): string {
  return JSON.stringify(values).replace('[', '{').replace(']', '}');
}
