import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compiled } from '../Compiled.ts';
import { evaluateRule as evaluateOpaWasm } from '../opaWasm/evaluateRule.ts';
import { RegoCompiler } from '../RegoCompiler.ts';
import { evaluateRule } from './evaluateRule.ts';

const SOURCE = `package m

homes := count(data.homes)

city := data.homes["home 399999"].city

flats := count([1 | some home in data.homes; home.kind == "flat"])

high := [x | some x in input; x > 999997]

pairs if {
	some x in input
	some y in input
	x + y < 0
}

range := count(numbers.range(1, 1000000000))

exploding if regex.match("^(a+)+$", input)

deep := json.marshal(input)
`;
const ENTRYPOINTS = ['homes', 'city', 'flats', 'high', 'pairs', 'range', 'exploding', 'deep'];

describe('an evaluation of much', () => {
  const compiler = new RegoCompiler();
  let compilation: Compiled;
  beforeAll(async () => {
    const result = await compiler.compile([{ file: 'm.rego', source: SOURCE }], {
      entrypoints: ENTRYPOINTS.map((name) => `m/${name}`),
    });
    if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
    compilation = result.compiled;
  });
  afterAll(() => compiler.close());
  const million = Array.from({ length: 1_000_000 }, (_, index) => index);

  it('reads a data document of 50 MB, as the Wasm does', () => {
    const homes = Object.fromEntries(
      Array.from({ length: 400_000 }, (_, index) => [
        `home ${index}`,
        {
          kind: index % 4 === 0 ? 'flat' : 'house',
          city: `a city of some name, the ${index % 300}th`,
          street: 'a street with quite a long name',
          rooms: [1, 2, 3, 4],
        },
      ]),
    );
    expect(JSON.stringify(homes).length).toBeGreaterThan(50_000_000);
    for (const evaluate of [evaluateRule(compilation), evaluateOpaWasm(compilation)]) {
      expect(evaluate('m/city', {}, { homes })).toEqual({ value: 'a city of some name, the 99th' });
    }
    const evaluate = evaluateRule(compilation);
    expect(evaluate('m/homes', {}, { homes })).toEqual({ value: 400_000 });
    expect(evaluate('m/flats', {}, { homes })).toEqual({ value: 100_000 });
  }, 120_000);

  it('goes through a million elements, as the Wasm does', () => {
    for (const evaluate of [evaluateRule(compilation), evaluateOpaWasm(compilation)]) {
      expect(evaluate('m/high', million)).toEqual({ value: [999_998, 999_999] });
    }
  });

  it.each([
    ['a loop', 'high', million, 100_000],
    ['loops within loops', 'pairs', million, undefined],
    ['a list of a builtin', 'range', {}, undefined],
    ['a regular expression that is long', 'exploding', `${'a'.repeat(5_000_000)}!`, 1_000_000],
  ])('stops at the step limit in %s, at the same step each time', (_what, name, input, stepLimit) => {
    const evaluate = evaluateRule(compilation, stepLimit === undefined ? {} : { stepLimit });
    const { error } = evaluate(`m/${name}`, input);
    expect(error?.code).toBe('policy:evaluation.step_limit');
    expect(evaluate(`m/${name}`, input)).toEqual({ error });
    expect(evaluate('m/homes', {}, { homes: [1] })).toEqual({ value: 1 });
  });

  it('counts steps from none at each evaluation', () => {
    const evaluate = evaluateRule(compilation, { stepLimit: 20 });
    for (let turn = 0; turn < 10; turn++) expect(evaluate('m/high', [1, 999_999])).toEqual({ value: [999_999] });
  });

  it('fails in order where a value nests without end', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(evaluateRule(compilation)('m/deep', loop).error?.code).toBe('policy:evaluation.failed');
    let deep: unknown = 1;
    for (let depth = 0; depth < 200_000; depth++) deep = [deep];
    expect(evaluateRule(compilation)('m/deep', deep).error?.code).toBe('policy:evaluation.failed');
  });
});
