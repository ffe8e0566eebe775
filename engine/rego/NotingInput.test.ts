import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { facts, toInput } from '../facts/gatherFacts.ts';
import { evaluateRule } from './compiled/evaluateRule.ts';
import { loadValidPolicies, type PolicyBundle } from './loadPolicies.ts';
import { NotingInput } from './NotingInput.ts';
import { readPolicyCases } from './policyCases.ts';
import { readInputSchema } from './policyFiles.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import { randomInputs } from './randomInputs.ts';
import type { InputPath } from './readSet.ts';

const compiler = new RegoCompiler();
afterAll(() => compiler.close());

async function traceOf(source: string, paths: readonly string[]) {
  const result = await compiler.compile([{ file: 'm.rego', source: `package m\n\n${source}\n` }], {
    entrypoints: ['m/verdict'],
    strict: false,
  });
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
  const evaluate = evaluateRule(result.compiled);
  return (input: object) => {
    const { read } = notingOf(
      paths.map((path) => path.split('.')),
      input,
    ).evaluate((noting) => evaluate('m/verdict', noting));
    return read.map((number) => paths[number]);
  };
}

function notingOf(paths: readonly InputPath[], input: object): NotingInput {
  return new NotingInput(paths, (number) => valueAt(input, paths[number]!));
}

describe('NotingInput', () => {
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

  it('sees what builtins read, and all that `with` copies', async () => {
    const builtins = 'verdict if {\n\tstartswith(input.a, "x")\n\tjson.marshal(input.b) == "{\\"c\\":2,\\"d\\":3}"\n}';
    const trace = await traceOf(builtins, ['b.d', 'b.c', 'a']);
    expect(trace({ a: 'y', b: { c: 2, d: 3 } })).toEqual(['a']);
    expect(trace({ a: 'x', b: { c: 2, d: 3 } }).sort()).toEqual(['a', 'b.c', 'b.d']);
    const replacing = 'verdict if _two with input.b.c as 2\n\n_two if input.b.c == 2';
    const copying = await traceOf(replacing, ['a', 'b.c', 'b.d']);
    expect(copying({ a: 1, b: { c: 1, d: 3 } }).sort()).toEqual(['a', 'b.c', 'b.d']);
  });

  it('reads a member that is not there, and finds nothing', async () => {
    const trace = await traceOf('verdict if {\n\tnot input.b.c\n\tcount(input.b) == 1\n}', ['a', 'b.c', 'b.d']);
    expect(trace({ a: 1, b: { d: 3 } })).toEqual(['b.c', 'b.d']);
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
      expect(policies.length).toBeGreaterThan(10);
      fc.assert(
        fc.property(anyValues, anyValues, (values, others) => {
          const input = inputOf(values);
          for (const policy of policies) {
            const { value, read } = notingOf(paths, input).evaluate(policy.evaluate);
            expect(value).toEqual(policy.evaluate(input));
            const rest = new Set(read);
            const changed = inputOf(values.map((one, number) => (rest.has(number) ? one : others[number])));
            const again = notingOf(paths, changed).evaluate(policy.evaluate);
            expect(again).toEqual({ value, read });
            expect(policy.evaluate(changed)).toEqual(value);
          }
        }),
        { numRuns: 400, seed: 7 },
      );
    });

    it('reads little of what a policy could read', () => {
      const { evaluator } = bundle.at(Date.parse('2026-11-04T04:00:00Z'));
      const input = inputOf(fc.sample(anyValues, { numRuns: 1, seed: 1 })[0]!);
      const reads = evaluator.policies!.map(({ evaluate }) => notingOf(paths, input).evaluate(evaluate).read.length);
      expect(Math.max(...reads)).toBeLessThan(paths.length - 4);
    });
  });
});

const root = join(import.meta.dirname, '../../policies');
const examples = readPolicyCases(root).map(({ input }) => input);

/** The values of the facts in an input near those of the cases, so that policies have something to say. */
const anyValues = fc.integer().map((seed) => {
  const input = randomInputs(readInputSchema(root), { seed, examples }).next().value;
  return facts.map(({ path }) => valueAt(input, path));
});

function inputOf(values: readonly unknown[]) {
  return toInput(facts.map(({ path }, number) => ({ path, value: values[number] })));
}

function valueAt(input: unknown, path: InputPath): unknown {
  return path.reduce((part, key) => (part as Record<string, unknown>)[key], input);
}
