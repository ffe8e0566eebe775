import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../canonicalJson.ts';
import { evaluateRule as evaluateOpaWasm } from '../opaWasm/evaluateRule.ts';
import type { Plan } from '../Plan.ts';
import { RegoCompiler } from '../RegoCompiler.ts';
import { evaluateRule } from './evaluateRule.ts';
import { translate } from './translate.ts';
import { verifyPlan } from './verifyPlan.ts';

const compiler = new RegoCompiler();
afterAll(() => compiler.close());

async function compiledOf(source: string) {
  const result = await compiler.compile([{ file: 'm.rego', source: `package m\n\n${source}\n` }], {
    entrypoints: ['m/p'],
    strict: false,
  });
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
  return result.compiled;
}

/** The value on both evaluators, which must be the same but for the order of sets. */
async function evaluated(source: string, input?: unknown, data?: object) {
  const compiled = await compiledOf(source);
  const found = evaluateRule(compiled)('m/p', input, data);
  expect(unordered(evaluateOpaWasm(compiled)('m/p', input, data))).toEqual(unordered(found));
  return found;
}

/** Wasm goes through objects and sets in an order of its own. */
function unordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unordered(one)]));
  return value.map(unordered).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

describe('the translated plan', () => {
  it.each<[string, string, unknown, unknown]>([
    ['tells undefined from false', 'p if not input.x', { x: false }, true],
    ['takes null for something', 'p if not input.x', { x: null }, undefined],
    ['takes 0 and an empty text for true', 'p if {\n\tinput.a\n\tinput.b\n}', { a: 0, b: '' }, true],
    ['gives the first of ordered rules', 'p := 1 if {\n\tinput.a\n} else := 2', { a: true }, 1],
    ['gives the next of ordered rules', 'p := 1 if {\n\tinput.a\n} else := 2', {}, 2],
    ['gives a default', 'default p := 7\n\np := 1 if input.a', {}, 7],
    ['goes through lists', 'p := [i | some i, x in input; x == 2]', [1, 2, 2], [1, 2]],
    ['goes through objects', 'p := [k | some k, _ in input]', { b: 1, a: 2 }, ['a', 'b']],
    ['knows `every`', 'p if {\n\tevery x in input { x > 1 }\n}', [2, 3], true],
    [
      'has `every` fail where there is nothing to go through',
      'p if {\n\tevery x in input { x > 1 }\n}',
      'no list',
      undefined,
    ],
    ['replaces the input', 'p := x if {\n\tx := _q with input as {"a": 5}\n}\n\n_q := input.a', { a: 1 }, 5],
    [
      'replaces part of the input',
      'p := x if {\n\tx := [_q, input.a.b] with input.a.c as 5\n}\n\n_q := input.a.c',
      { a: { b: 2 } },
      [5, 2],
    ],
    [
      'forgets rules at `with`',
      'p := [_q, x, _q] if {\n\tx := _q with input.a as 5\n}\n\n_q := input.a',
      { a: 1 },
      [1, 5, 1],
    ],
    ['replaces a function', 'p := x if {\n\tx := _f(1) with _f as 9\n}\n\n_f(a) := a', {}, 9],
    ['looks up rules by a path that it finds', 'p := data.m.q[input.k]\n\nq.a := 1\n\nq.b := 2', { k: 'b' }, 2],
    ['builds objects of rules', 'p := q\n\nq[x] := y if some x, y in input', { a: 1 }, { a: 1 }],
    [
      'nests sets in objects',
      'p := count(q.a)\n\nq[x] contains y if {\n\tsome x in input\n\tsome y in [1, 2, 1]\n}',
      ['a'],
      2,
    ],
    ['has keys of any kind', 'p := {[1, 2]: "x"}[input]', [1, 2], 'x'],
    ['reads own members only', 'p := input.constructor', {}, undefined],
    ['reads own members only, of lists too', 'p := input.length', [1], undefined],
    ['finds no item by a text', 'p := input["0"]', [1], undefined],
    ['sees a member named __proto__', 'p := input["__proto__"]', JSON.parse('{"__proto__": 3}'), 3],
    ['orders texts by code point', 'p := sort(input)', ['\u{1f600}', '\uff5e', 'a'], ['a', '\uff5e', '\u{1f600}']],
    ['orders kinds', 'p := sort(input)', [{}, [], 'a', 1, true, false, null], [null, false, true, 1, 'a', [], {}]],
    ['knows values by content', 'p := count({x | some x in input})', [{ a: [1] }, { a: [1] }, { a: [2] }], 2],
    ['has the input `false`', 'p := input', false, false],
    ['has the input `null`', 'p := input', null, null],
    ['has no input', 'p if not input', undefined, true],
  ])('%s', async (_what, source, input, value) => {
    expect((await evaluated(source, input)).value).toEqual(value);
  });

  it('denies where somebody has given all objects a member', async () => {
    const evaluate = evaluateRule(await compiledOf('p := input.a'));
    expect(evaluate('m/p', {})).toEqual({});
    Object.defineProperty(Object.prototype, 'a', { value: 1, enumerable: true, configurable: true, writable: true });
    const found = evaluate('m/p', {});
    Reflect.deleteProperty(Object.prototype, 'a');
    expect(found.error?.message).toBe('every object has a `a`');
    expect(evaluate('m/p', {})).toEqual({});
  });

  it('reads base documents beside rules', async () => {
    const data = { m: { base: { x: 1 } }, other: [1, 2] };
    expect((await evaluated('p := [data.m.base.x, data.other[1], q]\n\nq := data.m.base', {}, data)).value).toEqual([
      1,
      2,
      { x: 1 },
    ]);
  });

  it('says which rule has two values', async () => {
    const { error } = await evaluated('p := input.a\n\np := input.b', { a: 1, b: 2 });
    expect(error).toEqual({ code: 'policy:evaluation.conflict', message: 'm.rego:5: a rule has two different values' });
  });

  it('has one value where two rules agree', async () => {
    expect(await evaluated('p := input.a\n\np := input.b', { a: [1], b: [1] })).toEqual({ value: [1] });
  });
});

describe('the source that is written', () => {
  // Everything that ends a text, a comment, a template or a line in JavaScript, and names that objects have of themselves.
  const HOSTILE = [
    '`',
    "'",
    '"',
    '\\',
    ['$', '{process.exit(9)}'].join(''),
    '\u2028',
    '\u2029',
    '\n',
    '*/',
    '__proto__',
    'constructor',
    '</script>',
    '\u0000',
    '\ud800',
  ];
  const text = HOSTILE.join(' throw 1; ');

  async function hostile() {
    const quoted = HOSTILE.map((one) => JSON.stringify(one.replace('\ud800', '?')));
    const whole = JSON.stringify(text.replace('\ud800', '?'));
    const modules = [
      { file: 'a\u2028*/`b.rego', source: `package x["__proto__"].constructor\n\nconstructor := ${whole}\n` },
      {
        file: 'm.rego',
        source: `package m\n\np := [{${quoted.map((one) => `${one}: input[${one}]`).join(', ')}}, ${whole}, data.x["__proto__"].constructor.constructor, data.x["__proto__"].constructor[input.k], {x | some x in [${quoted.join(', ')}]}]\n`,
      },
    ];
    const result = await compiler.compile(modules, { entrypoints: ['m/p'], strict: false });
    if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
    return result.compiled;
  }

  it('is not changed by what names and texts of policies are', async () => {
    const compiled = await hostile();
    const verified = verifyPlan(compiled.plan);
    const renamed = verifyPlan(
      JSON.parse(JSON.stringify(compiled.plan, (key, value: unknown) => rename(key, value))) as Plan,
    );
    expect(translate(renamed).source).toBe(translate(verified).source);
    expect(translate(verified).source).toMatch(/^[\n -~]*$/);
  });

  it('evaluates them for what they are', async () => {
    const compiled = await hostile();
    const input = JSON.parse(
      `{${HOSTILE.map((one) => `${JSON.stringify(one.replace('\ud800', '?'))}: 1`).join(', ')}, "k": "constructor"}`,
    ) as object;
    const { value, error } = evaluateRule(compiled)('m/p', input);
    expect(error).toBeUndefined();
    const [members, whole, ofRule, byName, set] = value as [object, string, string, string, string[]];
    expect(Object.keys(members).sort()).toEqual(HOSTILE.map((one) => one.replace('\ud800', '?')).sort());
    expect([whole, ofRule, byName]).toEqual(Array.from({ length: 3 }, () => text.replace('\ud800', '?')));
    expect(set).toHaveLength(HOSTILE.length);
  });

  it('stays one program where comments say what policies say', async () => {
    const verified = verifyPlan((await hostile()).plan);
    const commented = translate(verified, { comments: true }).source;
    expect(commented).toContain('__proto__');
    expect(commented).toMatch(/^[\n -~]*$/);
    const bare = commented
      .split('\n')
      .map((line) => line.replace(/\s*\/\/.*$/, ''))
      .filter((line) => line !== '');
    const plain = translate(verified)
      .source.split('\n')
      .filter((line) => !line.startsWith('//'));
    expect(bare).toEqual(plain);
  });
});

/** Gives every text of a plan another one, and each the same one again. */
function rename(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || key === 'type' || key === 'func' || key === 'name') return value;
  return `harmless ${value.length}`;
}
