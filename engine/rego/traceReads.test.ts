import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as words from '../../twin/words.ts';
import { facts, toInput } from '../facts/gatherFacts.ts';
import { CHANNELS, RESIDENCIES, TIME_WINDOWS } from '../facts/PolicyInput.ts';
import { loadValidPolicies, type PolicyBundle } from './loadPolicies.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import { readTrace } from './traceReads.ts';

const compiler = new RegoCompiler();
afterAll(() => compiler.close());

async function traceOf(source: string, paths: readonly string[]) {
  const result = await compiler.compile([{ file: 'm.rego', source: `package m\n\n${source}\n` }], {
    entrypoints: ['m/verdict'],
    strict: false,
  });
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
  const trace = readTrace(
    result.compiled.plan,
    'm/verdict',
    paths.map((path) => path.split('.')),
  );
  return (input: unknown) => trace(input).map((number) => paths[number]);
}

describe('readTrace', () => {
  it('stops where a condition fails', async () => {
    const trace = await traceOf('verdict if {\n\tinput.a == 1\n\tinput.b.c == 2\n}', ['a', 'b.c', 'b.d']);
    expect(trace({ a: 1, b: { c: 2, d: 3 } })).toEqual(['a', 'b.c']);
    expect(trace({ a: 0, b: { c: 2, d: 3 } })).toEqual(['a']);
  });

  it('reads all that lies in a part that is used whole', async () => {
    const trace = await traceOf('verdict if input.b == {"c": 2, "d": 3}', ['a', 'b.c', 'b.d']);
    expect(trace({ a: 1, b: { c: 2, d: 3 } })).toEqual(['b.c', 'b.d']);
  });

  it('follows functions, negation, every, some, else and sets', async () => {
    const source = [
      'verdict if {\n\tnot _blocked\n\tevery x in input.list { x in {"p", "q"} }\n\t_kind(input.k) == "one"\n}',
      '_blocked if input.flag',
      '_kind(k) := "one" if {\n\tk == 1\n} else := input.other',
    ].join('\n\n');
    const trace = await traceOf(source, ['flag', 'list', 'k', 'other']);
    expect(trace({ flag: true, list: ['p'], k: 1, other: 'x' })).toEqual(['flag']);
    expect(trace({ flag: false, list: ['p', 'z'], k: 1, other: 'x' })).toEqual(['flag', 'list']);
    expect(trace({ flag: false, list: ['p', 'q'], k: 1, other: 'x' })).toEqual(['flag', 'list', 'k']);
    expect(trace({ flag: false, list: [], k: 2, other: 'one' })).toEqual(['flag', 'list', 'k', 'other']);
  });

  it('says that all else is read once it meets a builtin that it does not know', async () => {
    const trace = await traceOf('verdict if {\n\tinput.a == 1\n\tstartswith(input.b, "x")\n}', ['c', 'a', 'b']);
    expect(trace({ a: 0, b: 'xy', c: 1 })).toEqual(['a']);
    expect(trace({ a: 1, b: 'xy', c: 1 })).toEqual(['a', 'b', 'c']);
  });

  describe('of the active policies', () => {
    let bundle: PolicyBundle;
    beforeAll(async () => {
      bundle = await loadValidPolicies(join(import.meta.dirname, '../../policies'), { compiler });
    });
    const paths = facts.map(({ path }) => path);

    it('names all that a verdict rests on: changing anything else changes no verdict', () => {
      const { evaluator } = bundle.at(Date.parse('2026-11-04T04:00:00Z'));
      const policies = [evaluator, ...(evaluator.policies ?? [])];
      const traces = policies.map((policy) => policy.trace!(paths));
      expect(policies.length).toBeGreaterThan(10);
      fc.assert(
        fc.property(anyValues, anyValues, (values, others) => {
          const input = inputOf(values);
          for (const [at, policy] of policies.entries()) {
            const read = new Set(traces[at]!(input));
            const changed = inputOf(values.map((value, number) => (read.has(number) ? value : others[number])));
            expect(policy.evaluate(changed)).toEqual(policy.evaluate(input));
            expect(traces[at]!(changed)).toEqual([...read]);
          }
        }),
        { numRuns: 400, seed: 7 },
      );
    });

    it('reads little of what a policy could read', () => {
      const { evaluator } = bundle.at(Date.parse('2026-11-04T04:00:00Z'));
      const input = inputOf(fc.sample(anyValues, { numRuns: 1, seed: 1 })[0]!);
      const reads = evaluator.policies!.map((policy) => policy.trace!(paths)(input).length);
      expect(Math.max(...reads)).toBeLessThan(paths.length - 4);
    });
  });
});

const label = fc.record({
  subject_class: fc.constantFrom(...words.SUBJECT_CLASSES),
  category: fc.constantFrom(...words.CATEGORIES),
  grade: fc.constantFrom(...words.GRADES),
  sharing: fc.constantFrom(...words.SHARINGS),
  sensitive: fc.boolean(),
});
const device = fc.record({
  trust: fc.constantFrom(...words.DEVICE_TRUSTS),
  state: fc.constantFrom(...words.DEVICE_STATES),
  kind: fc.constantFrom(...words.DEVICE_KINDS),
});
const basis = fc.record({
  type: fc.constantFrom(...words.BASIS_TYPES),
  categories: fc.subarray([...words.CATEGORIES]),
  granularity: fc.constantFrom(...words.GRANULARITIES),
});
const owner = fc.record({ age_band: fc.constantFrom(...words.AGE_BANDS), basis: fc.array(basis, { maxLength: 2 }) });

/** Values of facts by their paths. Frequent values make that policies have something to say. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'subject.tier': fc.constantFrom(...words.TIERS, 'anonymous'),
  'subject.organisation': fc.constantFrom(null, ...words.ORGANISATION_KINDS),
  'subject.roles': fc.subarray([...words.ROLES]),
  'subject.assurance': fc.constantFrom(...words.ASSURANCES),
  'subject.multi_factor': fc.boolean(),
  action: fc.constantFrom('read', 'read', ...words.ACTIONS),
  purpose: fc.constantFrom(...words.PURPOSES),
  'context.time_windows': fc.subarray([...TIME_WINDOWS]),
  'context.channel': fc.constantFrom(...CHANNELS),
  'context.residency': fc.constantFrom(...RESIDENCIES),
  'resource.home.occupancy': fc.constantFrom(...words.OCCUPANCIES),
  'resource.home.lease': fc.constantFrom('none', ...words.LEASE_STATES),
  'resource.home.flags': fc.subarray([...words.HOME_FLAGS]),
  'resource.home.waivers': fc.subarray(['sharing.grades/core', 'sharing.residency/abroad']),
  'context.emergency': fc.subarray([...words.ALARM_KINDS]),
  relations: fc.subarray([...words.RELATIONS]),
  'resource.owners': fc.array(owner, { maxLength: 3 }),
  'resource.type': fc.constantFrom('property', 'property', 'property', ...words.RESOURCE_TYPES),
  'resource.label': label,
  'resource.device': fc.option(device),
  'resource.instrument': fc.constant(null),
};
const anyValues = fc.tuple(...facts.map(({ path }) => VALUES[path.join('.')]!));

function inputOf(values: readonly unknown[]) {
  return toInput(facts.map(({ path }, number) => ({ path, value: values[number] })));
}
