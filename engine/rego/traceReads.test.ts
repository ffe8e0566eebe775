import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { facts, toInput } from '../facts/gatherFacts.ts';
import { loadValidPolicies, type PolicyBundle } from './loadPolicies.ts';
import { readPolicyCases } from './policyCases.ts';
import { readInputSchema } from './policyFiles.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import { randomInputs } from './randomInputs.ts';
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
      bundle = await loadValidPolicies(root, { compiler });
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

const root = join(import.meta.dirname, '../../policies');
const examples = readPolicyCases(root).map(({ input }) => input);

/** The values of the facts in an input near those of the cases, so that policies have something to say. */
const anyValues = fc.integer().map((seed) => {
  const input = randomInputs(readInputSchema(root), { seed, examples }).next().value;
  return facts.map(({ path }) => path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], input));
});

function inputOf(values: readonly unknown[]) {
  return toInput(facts.map(({ path }, number) => ({ path, value: values[number] })));
}
