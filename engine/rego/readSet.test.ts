import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { loadValidPolicies } from './loadPolicies.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import { readPolicyCases } from './policyCases.ts';
import { readInputSchema } from './policyFiles.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import { randomInputs } from './randomInputs.ts';
import { type InputPath, type ReadSet, readSetOf, union } from './readSet.ts';
import { trimInput } from './trimInput.ts';

const root = join(import.meta.dirname, '../../policies');
const compiler = new RegoCompiler();
afterAll(() => compiler.close());

describe('readSetOf', () => {
  it.each<[string, string, string[]]>([
    ['a comparison', 'verdict if input.a.b == 1', ['a.b']],
    ['a test whether it is there', 'verdict if input.a.b', ['a.b']],
    ['a negation', 'verdict if not input.a.b', ['a.b']],
    ['a part kept in a variable', 'verdict if {\n\tx := input.a\n\tx.b == 1\n\tx.c == 2\n}', ['a.b', 'a.c']],
    ['items of a list', 'verdict if {\n\tsome x in input.a\n\tx.b == 1\n}', ['a.*.b']],
    ['every item of a list', 'verdict if {\n\tevery x in input.a {\n\t\tx.b == 1\n\t}\n}', ['a.*.b']],
    ['whether a list holds items', 'verdict if some _ in input.a', ['a.*']],
    ['membership', 'verdict if 1 in input.a', ['a']],
    ['a count', 'verdict if count(input.a) > 1', ['a']],
    ['a key from the input', 'verdict if {"x": true}[input.a.b]', ['a.b']],
    ['a member by a key from the input', 'verdict if input.a[input.b] == 1', ['a.*', 'b']],
    ['an index', 'verdict if input.a[0].b == 1', ['a.*.b']],
    ['a helper rule', 'verdict if _helper\n\n_helper if input.a.b == 1', ['a.b']],
    ['a helper that yields a part', 'verdict if _part.c == 1\n\n_part := input.a.b', ['a.b.c']],
    ['a function of a part', 'verdict if _one(input.a)\n\n_one(x) if x.b == 1', ['a.b']],
    [
      'a function of several parts',
      'verdict if {\n\t_one(input.a)\n\t_one(input.c)\n}\n\n_one(x) if x.b == 1',
      ['a.b', 'c.b'],
    ],
    ['the value of an else', 'verdict := x if {\n\tinput.a\n\tx := 1\n} else := input.b', ['a', 'b']],
    ['a comprehension', 'verdict := {x.b | some x in input.a}', ['a.*.b']],
    ['the whole input', 'verdict := input', ['']],
    ['a walk', 'verdict if walk(input.a, [_, 1])', ['a']],
    [
      'everything where `with` replaces a part',
      'verdict if _helper with input.x as input.a\n\n_helper if input.x.y == 1',
      [''],
    ],
    ['a rule of another kind', 'verdict contains x if {\n\tx := input.a[_].b\n\tx != 2\n}', ['a.*.b']],
    ['nothing', 'verdict if 1 < 2', []],
  ])('finds %s', async (_what, source, paths) => {
    const result = await compiler.compile([{ file: 'm.rego', source: `package m\n\n${source}\n` }], {
      entrypoints: ['m/verdict'],
      strict: false,
    });
    if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
    expect(readSetOf(result.compiled.plan, 'm/verdict').map((path) => path.join('.'))).toEqual(paths);
  });

  it('joins read sets and leaves out what another path covers', () => {
    expect(union([['a', 'b'], ['c']], [['a'], ['d', '*', 'e']], [['d', 'x', 'e', 'f']])).toEqual([
      ['a'],
      ['c'],
      ['d', '*', 'e'],
    ]);
  });
});

describe('the read set of the policies', () => {
  let evaluator: PolicyEvaluator;
  beforeAll(async () => {
    ({ evaluator } = (await loadValidPolicies(root, { compiler })).at(Date.parse('2026-11-04T04:00:00Z')));
  });

  it('leaves out what no policy looks at', () => {
    const paths = evaluator.readSet.map((path) => path.join('.'));
    expect(paths).not.toContain('resource.home.flags');
    expect(paths.filter((path) => /time_windows|claims/.test(path))).toEqual([]);
    expect(paths).toContain('resource.label.grade');
  });

  it('covers everything that a verdict depends on: whatever else changes, the verdict does not', () => {
    fc.assert(
      fc.property(anyInput, anyInput, fc.anything(), (input, other, junk) => {
        const changed = mix(input, { ...other, claims: junk, unheard_of: junk }, evaluator.readSet) as PolicyInput;
        expect(evaluator.evaluate(changed)).toEqual(evaluator.evaluate(input));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is enough to evaluate: an input cut down to it has the same verdict', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        expect(evaluator.evaluate(trimInput(input, evaluator.readSet) as PolicyInput)).toEqual(
          evaluator.evaluate(input),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('holds for each policy by itself', () => {
    const policies = evaluator.policies ?? [];
    expect(policies.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(anyInput, anyInput, fc.nat(policies.length - 1), (input, other, index) => {
        const policy = policies[index]!;
        expect(policy.evaluate(mix(input, other, policy.readSet) as PolicyInput)).toEqual(policy.evaluate(input));
      }),
      { numRuns: 2_000 },
    );
  });

  it('names no path in vain: each can change a verdict', () => {
    const pairs = fc.sample(fc.tuple(anyInput, anyInput), { numRuns: 1_500, seed: 1 });
    const vain = evaluator.readSet.filter((path) =>
      pairs.every(([input, other]) => same(evaluator, input, mix(other, input, [path]) as PolicyInput)),
    );
    expect(vain).toEqual([]);
  });
});

function same(evaluator: PolicyEvaluator, a: PolicyInput, b: PolicyInput): boolean {
  return JSON.stringify(evaluator.evaluate(a)) === JSON.stringify(evaluator.evaluate(b));
}

/** The read paths of one input within another; what stands on the way to them is of the first. */
function mix(kept: unknown, other: unknown, paths: ReadSet): unknown {
  if (paths.some(({ length }) => length === 0)) return kept;
  if (typeof kept !== 'object' || kept === null) return paths.length > 0 ? kept : other;
  if (Array.isArray(kept))
    return kept.map((item, index) => mix(item, Array.isArray(other) ? other[index] : null, under('*', paths)));
  const base = typeof other === 'object' && other !== null && !Array.isArray(other) ? other : {};
  const entries = Object.entries({ ...kept, ...base }).map(([key, value]) => {
    const rest = under(key, paths);
    return [key, rest.length > 0 ? mix((kept as Record<string, unknown>)[key], value, rest) : value] as const;
  });
  return Object.fromEntries(entries);
}

function under(key: string, paths: readonly InputPath[]): readonly InputPath[] {
  return paths.filter(([head]) => head === key || head === '*').map((path) => path.slice(1));
}

// Inputs near those of the cases: most inputs drawn from nowhere are denied for many reasons at once, which hides changes.
const examples = readPolicyCases(root).map(({ input }) => input);
// Waivers name rules.
const literals = ['access.commands/low_trust_actuator', 'sharing.grades/core'];
const anyInput = fc
  .integer()
  .map((seed) => randomInputs(readInputSchema(root), { seed, examples, literals }).next().value);
