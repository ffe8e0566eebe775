import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CATEGORIES, GRADES, OUTCOMES, PURPOSES, RELATIONS, SHARINGS, TIERS } from '../twin/words.ts';
import { combine } from './combine.ts';
import type { DecisionRecord } from './Decision.ts';
import { nextBetter } from './explanation/nextBetter.ts';
import { singleChanges } from './explanation/singleChanges.ts';
import type { PolicyInput } from './facts/PolicyInput.ts';
import { loadValidPolicies } from './rego/loadPolicies.ts';
import type { PolicyEvaluator } from './rego/PolicyEvaluator.ts';

let evaluator: PolicyEvaluator;
beforeAll(async () => {
  const bundle = await loadValidPolicies(join(import.meta.dirname, '..', 'policies'));
  ({ evaluator } = bundle.at(Date.parse('2026-11-04T04:00:00Z')));
});

/** Any input about a property, with or without people and a basis. */
const inputs: fc.Arbitrary<PolicyInput> = fc.record({
  subject: fc.record({
    tier: fc.constantFrom(...TIERS),
    organisation: fc.constantFrom(null, 'hospital', 'city_government'),
    roles: fc.constant([]),
    assurance: fc.constant('substantial'),
    multi_factor: fc.boolean(),
    age_band: fc.constant(null),
  }),
  action: fc.constant('read'),
  purpose: fc.constantFrom(...PURPOSES),
  relations: fc.subarray([...RELATIONS].sort(), { maxLength: 2 }),
  resource: fc.record({
    type: fc.constant('property'),
    label: fc.record({
      subject_class: fc.constantFrom('personal', 'public'),
      category: fc.constantFrom(...CATEGORIES),
      grade: fc.constantFrom(...GRADES),
      sharing: fc.constantFrom(...SHARINGS),
      sensitive: fc.boolean(),
    }),
    home: fc.constant({ occupancy: 'owner_occupied', lease: 'none', flags: [], waivers: [], cohort: 'rest' }),
    device: fc.constant(null),
    owners: fc.constantFrom([], [{ age_band: 'adult', basis: [] }], [{ age_band: 'child_14_and_under', basis: [] }]),
    instrument: fc.constant(null),
  }),
  context: fc.constant({
    time_windows: ['day'],
    emergency: [],
    break_glass: [],
    channel: 'api',
    residency: 'domestic',
  }),
}) as fc.Arbitrary<PolicyInput>;

const rank = (input: PolicyInput) => OUTCOMES.indexOf(combine(evaluator.evaluate(input)).outcome);

describe('what would have been needed', () => {
  it('leads to the outcome it names, which is the lowest better one, and leaves out no change that does', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const own = rank(input);
        const better = nextBetter({ input, outcome: OUTCOMES[own]! } as DecisionRecord, evaluator);
        const reached = [...singleChanges(input)].map((change) => ({ change, rank: rank(change.input) }));
        const lowest = Math.min(...reached.filter((each) => each.rank > own).map((each) => each.rank));
        if (better === null) {
          expect(lowest).toBe(Number.POSITIVE_INFINITY);
          return;
        }
        expect(OUTCOMES.indexOf(better.outcome)).toBe(lowest);
        expect(better.changes.map(({ path, to }) => [path, to])).toEqual(
          reached.filter((each) => each.rank === lowest).map(({ change: { path, to } }) => [path, to]),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('changes one thing, and never what is asked', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        for (const { path, input: changed } of singleChanges(input)) {
          expect(changed.action).toBe(input.action);
          expect(changed.resource.type).toBe(input.resource.type);
          const differing = leaves(changed).filter(([at, value]) => leafOf(input, at) !== value);
          expect(new Set(differing.map(([at]) => at)), path).toEqual(new Set([path]));
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** Every path of an input that holds a word or a list, with its JSON. */
function leaves(node: unknown, path = ''): [string, string][] {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return [[path, JSON.stringify(node)]];
  return Object.entries(node).flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`));
}

function leafOf(input: PolicyInput, path: string): string | undefined {
  return leaves(input).find(([at]) => at === path)?.[1];
}
