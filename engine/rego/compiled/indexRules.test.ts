import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compiled } from '../Compiled.ts';
import type { EvaluateRule } from '../EvaluateRule.ts';
import { evaluateRule as evaluateOpaWasm } from '../opaWasm/evaluateRule.ts';
import { RegoCompiler } from '../RegoCompiler.ts';
import { evaluateRule } from './evaluateRule.ts';
import { indexRules } from './indexRules.ts';

const compiler = new RegoCompiler();
afterAll(() => compiler.close());

async function compiledOf(rules: readonly string[]): Promise<Compiled> {
  const source = ['package m', ...rules, ''].join('\n\n');
  const result = await compiler.compile([{ file: 'm.rego', source }], { entrypoints: ['m/p'], strict: false });
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
  return result.compiled;
}

/** The indexes of the function of the rule `p`, its path and texts in words. */
function indexOf({ plan }: Compiled) {
  const strings = plan.static!.strings!.map(({ value }) => value);
  const one = plan.funcs!.funcs.find(({ name }) => name.endsWith('.p'))!;
  const index = indexRules(one, (at) => strings[at]!);
  return (
    index && { path: index.path.map((at) => strings[at]), texts: [...index.byText.keys()].map((at) => strings[at]) }
  );
}

const ASKING = Array.from(
  { length: 12 },
  (_, at) => `p contains ${at} if {\n\tinput.of.kind == "k${at % 6}"\n\tinput.n > ${at}\n}`,
);

describe('indexRules', () => {
  let every: Compiled;
  let evaluators: readonly EvaluateRule[];
  beforeAll(async () => {
    every = await compiledOf([
      ...ASKING,
      'p contains "always" if input.n > 3',
      'p contains x if {\n\tinput.of.kind == "k1"\n\tsome x in input.more\n}',
      'p contains "turned" if "k2" == input.of.kind',
      'p contains "not" if {\n\tinput.of.kind == "k3"\n\tnot input.more\n}',
      'p contains "with" if {\n\tinput.of.kind == "k4"\n\t_deep with input.of.kind as "k5"\n}',
      '_deep if input.of.kind == "k5"',
    ]);
    evaluators = [evaluateRule(every), evaluateOpaWasm(every)];
  });

  it('finds the path by which rules are told apart', () => {
    expect(indexOf(every)).toEqual({ path: ['of', 'kind'], texts: ['k0', 'k1', 'k2', 'k3', 'k4', 'k5'] });
  });

  it.each([
    [{ of: { kind: 'k0' }, n: 100 }],
    [{ of: { kind: 'k1' }, n: 2, more: ['a', 'b'] }],
    [{ of: { kind: 'k2' }, n: 2 }],
    [{ of: { kind: 'k3' }, n: 5 }],
    [{ of: { kind: 'k4' }, n: 0 }],
    [{ of: { kind: 'other' }, n: 4 }],
    [{ of: { kind: 7 }, n: 4 }],
    [{ of: { kind: ['k1'] }, n: 4 }],
    [{ of: 'k1', n: 4 }],
    [{ of: null, n: 4 }],
    [{ n: 4 }],
    ['text'],
    [null],
  ])('has the rules yield for %j what they yield when all are tried', (input) => {
    const [indexed, tried] = evaluators.map((evaluate) => [evaluate('m/p', input).value].flat().map(String).sort());
    expect(indexed).toEqual(tried);
  });

  it('leaves rules alone that ask for nothing, for the same, or are few', async () => {
    const numbers = Array.from({ length: 12 }, (_, at) => `p contains ${at} if input.n == ${at}`);
    const same = Array.from({ length: 12 }, (_, at) => `p contains ${at} if input.kind == "one"`);
    for (const rules of [numbers, same, ASKING.slice(0, 5)]) expect(indexOf(await compiledOf(rules))).toBeUndefined();
  });

  it('does not skip what may fail before the text is asked for', async () => {
    const failing = ASKING.map((rule) => rule.replace('if {', 'if {\n\t_two_values'));
    const compiled = await compiledOf([...failing, '_two_values := input.a', '_two_values := input.b']);
    expect(indexOf(compiled)).toBeUndefined();
    const input = { a: 1, b: 2, of: { kind: 'none' }, n: 100 };
    expect(evaluateRule(compiled)('m/p', input).error?.code).toBe('policy:evaluation.conflict');
  });

  it('says of any input what the Wasm says', async () => {
    const asking = Array.from({ length: 60 }, (_, at) => {
      return `p contains ${at} if {\n\tinput.a == "v${at % 7}"\n\tinput.b.c in {"w${at % 5}", ${at % 3}}\n\tnot input.d == ${at % 2 === 0}\n}`;
    });
    const compiled = await compiledOf([
      ...asking,
      'p contains 60 if input.list[_] == "x"',
      'p contains 61 if {\n\t_helper\n\tinput.b.c == "w1"\n}',
      'p contains 62 if {\n\t_torn == 1\n\tinput.a == "v1"\n}',
      '_helper if input.a in {"v1", "v2"}',
      '_helper if input.a == null',
      '_torn := 1 if input.t1',
      '_torn := 2 if input.t2',
    ]);
    const [ours, theirs] = [evaluateRule(compiled), evaluateOpaWasm(compiled)];
    const value = fc.oneof(
      fc.constantFrom('v0', 'v1', 'v2', 'w0', 'w1', 'w3', 0, 1, 2, null, true, false, '__proto__'),
      fc.record({ c: fc.constantFrom('w1', 'w2', 0, 1, null, ['w1']) }),
    );
    const list = fc.array(fc.constantFrom('x', 'y'));
    const input = fc.record(
      { a: value, b: value, d: fc.boolean(), list, t1: fc.boolean(), t2: fc.boolean() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, (given) => {
        const { value: said, error } = ours('m/p', given);
        const reference = theirs('m/p', given);
        expect(error).toEqual(reference.error);
        expect(said).toEqual((reference.value as number[] | undefined)?.toSorted((a, b) => a - b));
      }),
      { numRuns: 600 },
    );
  });
});
