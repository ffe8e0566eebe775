import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../twin/words.ts';
import { combine } from '../combine.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { ReadSet } from '../rego/readSet.ts';
import type { Grant } from '../rego/Verdict.ts';
import { smallestChange } from './smallestChange.ts';
import { witnessChanges } from './witnessChanges.ts';
import { FACT_WORDS } from './written/flipText.ts';

const input: PolicyInput = {
  subject: {
    tier: 'community',
    organisation: 'community_office',
    roles: [],
    assurance: 'high',
    multi_factor: true,
    age_band: null,
  },
  action: 'read',
  purpose: 'care',
  relations: ['contains'],
  resource: {
    type: 'property',
    label: {
      subject_class: 'personal',
      category: 'environment',
      grade: 'general_2',
      sharing: 'restricted',
      sensitive: false,
    },
    home: { occupancy: 'rented', lease: 'active', flags: ['elder_alone'], waivers: ['a.b/c'], cohort: 'rest' },
    device: { trust: 'normal', state: 'online', last_seen: 'fresh', kind: 'sensor' },
    owners: [
      { age_band: 'adult', basis: [] },
      { age_band: 'elder', basis: [{ type: 'consent', categories: ['environment'], granularity: 'full' }] },
    ],
    instrument: null,
  },
  context: { time_windows: ['day'], emergency: [], break_glass: [], channel: 'api', residency: 'domestic' },
};

/** A bundle of one permit, whose outcome and obligations follow from the input. */
function bundle(permit: (input: PolicyInput) => Pick<Grant, 'outcome'> & Partial<Grant>, readSet: ReadSet = [[]]) {
  const reason = {
    code: 'permit',
    policy: 'a.b',
    rule: 'c',
    file: 'f.rego',
    line: 1,
    clauses: [],
    message: '',
  } as const;
  return {
    readSet,
    evaluate: (asked) => ({
      permits: [{ obligations: [], reason, ...permit(asked) }],
      caps: [],
      denies: [],
      errors: [],
    }),
  } satisfies PolicyEvaluator;
}

function between(before: PolicyEvaluator, proposed: PolicyEvaluator) {
  const [was, is] = [combine(before.evaluate(input)), combine(proposed.evaluate(input))];
  return smallestChange(input, { before: was, after: is, proposed });
}

const always = (outcome: Outcome) => bundle(() => ({ outcome }));

describe('the smallest change of a witness', () => {
  it('leads back to what the baseline decides, where one does, before others that come first', () => {
    const proposed = bundle(({ resource: { home }, purpose }) => ({
      outcome: home.flags.includes('elder_alone') ? (purpose === 'care' ? 'raw' : 'aggregate') : 'reduced',
    }));
    expect(between(always('aggregate'), proposed)).toMatchObject({
      kind: 'flips',
      path: 'purpose',
      from: 'care',
      outcome: 'aggregate',
      restores: true,
    });
    expect(between(always('pseudonymous'), proposed)).toMatchObject({
      kind: 'flips',
      path: 'resource.home.flags',
      to: [],
      outcome: 'reduced',
      restores: false,
    });
  });

  it('counts obligations where outcomes are equal', () => {
    const hourly = { type: 'coarsen_time', window: 'PT1H' } as const;
    const proposed = bundle(({ resource }) => ({
      outcome: 'reduced',
      obligations: resource.label.sensitive ? [hourly] : [],
    }));
    expect(
      between(
        bundle(() => ({ outcome: 'reduced', obligations: [hourly] })),
        proposed,
      ),
    ).toMatchObject({
      path: 'resource.label.sensitive',
      to: true,
      obligations: [hourly],
      restores: true,
    });
  });

  it('takes a basis from whoever gave it', () => {
    const proposed = bundle(({ resource: { owners } }) => ({
      outcome: owners.some(({ basis }) => basis.length > 0) ? 'raw' : 'aggregate',
    }));
    expect(between(always('aggregate'), proposed)).toMatchObject({
      path: 'resource.owners',
      condition: 'there were no basis of type consent for environment (full)',
    });
  });

  it('says that no single change is enough, and how many were tried', () => {
    const outcome = between(always('aggregate'), always('raw'));
    expect(outcome).toEqual({
      kind: 'none',
      tried: [...witnessChanges(input, combine(always('raw').evaluate(input)))].length,
      reason: 'no change of one fact alone leads to another decision',
    });
  });

  it('tries nothing that the bundle cannot read', () => {
    const reading = { ...always('raw'), readSet: [['resource', 'label', '*'], ['purpose']] };
    expect(between(always('aggregate'), reading)).toMatchObject({ tried: 2 + 5 + 1 + 6 + 2 + 8 });
  });
});

describe('the changes that are tried', () => {
  const changes = [...witnessChanges(input, combine(always('raw').evaluate(input)))];

  it('are of every fact that the input has but what is asked for and what the engine sees to', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../policies/input.schema.json', import.meta.url), 'utf8'),
    ) as Schema;
    const apart = ['action', 'resource.type', 'resource.instrument', 'resource.home.cohort', 'claims'];
    const facts = factsOf(schema).filter((path) => !apart.some((one) => path === one || path.startsWith(`${one}.`)));
    const tried = [...new Set(changes.map(({ path }) => path))].sort();
    expect(tried).toEqual([...facts].sort());
    expect(Object.keys(FACT_WORDS).sort()).toEqual(tried);
  });

  it('differ from each other and from the input', () => {
    const texts = changes.map(({ input: changed }) => JSON.stringify(changed));
    expect(new Set([JSON.stringify(input), ...texts]).size).toBe(changes.length + 1);
  });
});

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
};

/** The paths of a schema at which a word, a boolean or a list stands. */
function factsOf({ properties, anyOf }: Schema, path = ''): readonly string[] {
  const inside = properties ?? anyOf?.find((one) => one.properties)?.properties;
  if (!inside) return [path];
  return Object.entries(inside).flatMap(([key, member]) => factsOf(member, path === '' ? key : `${path}.${key}`));
}
