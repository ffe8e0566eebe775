import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../canonicalJson.ts';
import type { EvaluateRule } from '../../EvaluateRule.ts';
import { evaluateRule as evaluateOpaWasm } from '../../opaWasm/evaluateRule.ts';
import { RegoCompiler } from '../../RegoCompiler.ts';
import { evaluateRule } from '../evaluateRule.ts';

/** Expressions and their values; undefined is none. OPA's own cases hold many more. */
const SAME: readonly (readonly [expression: string, value: unknown])[] = [
  ['0.1 + 0.2', 0.3],
  ['1.1 * 1.1', 1.21],
  ['0.3 - 0.1', 0.2],
  ['7 / 2', 3.5],
  ['1 / 0', undefined],
  ['-7 % 3', -1],
  ['7.5 % 2', undefined],
  ['round(-2.5)', -3],
  ['ceil(-0.5)', 0],
  ['abs(-3)', 3],
  ['bits.and(12, 10)', 8],
  ['bits.lsh(1, 4)', 16],
  ['bits.negate(5)', -6],
  ['bits.rsh(-9, 1)', -5],
  ['numbers.range(3, 1)', [3, 2, 1]],
  ['to_number("1.5e3")', 1500],
  ['to_number("0x10")', undefined],
  ['sum([0.1, 0.2])', 0.3],
  ['sum([1, input.text])', undefined],
  ['product({2, 3})', 6],
  ['max([])', undefined],
  ['max([1, "a", null])', 'a'],
  ['min({[1], {}})', [1]],
  ['count("a\u{1f600}")', 2],
  ['{1, 2} - {2}', [1]],
  ['{1, 2} & {2, 3}', [2]],
  ['{1} | {2}', [1, 2]],
  ['intersection({{1, 2}, {2, 3}})', [2]],
  ['union({{1}, {2}})', [1, 2]],
  ['array.slice([1, 2, 3], -1, 9)', [1, 2, 3]],
  ['array.slice([1, 2, 3], 2, 1)', []],
  ['array.flatten([1, [2, [3]]])', [1, 2, [3]]],
  ['array.reverse([1, 2])', [2, 1]],
  ['sort({3, 1})', [1, 3]],
  ['object.get({"a": {"b": 1}}, ["a", "b"], 0)', 1],
  ['object.get({"a": 1}, "z", 0)', 0],
  ['object.get({"a": false}, "a", 0)', false],
  ['object.get({"a": null}, "a", 0)', null],
  ['object.get({"a": {"b": null}}, ["a", "b"], 0)', null],
  ['object.get({"a": null}, ["a", "b"], 0)', 0],
  ['object.keys({"a": 1, "b": 2})', ['a', 'b']],
  ['object.filter({"a": 1, "b": 2}, ["a"])', { a: 1 }],
  ['object.remove({"a": 1, "b": 2}, {"a"})', { b: 2 }],
  ['object.union({"a": {"b": 1}}, {"a": {"c": 2}})', { a: { b: 1, c: 2 } }],
  ['object.union_n([{"a": 1}, {"a": 2}, {"b": 3}])', { a: 2, b: 3 }],
  ['json.remove({"a": [1, 2], "b": 3}, ["a/0", "/b"])', { a: [2] }],
  ['json.filter({"a": {"b": 1, "c": 2}, "d": 3}, ["a/c"])', { a: { c: 2 } }],
  ['[path | walk({"a": [1]}, [path, _])]', [[], ['a'], ['a', 0]]],
  ['graph.reachable({"a": ["b"], "b": ["a", "c"], "c": []}, {"a"})', ['a', 'b', 'c']],
  ['concat("-", ["a", "b"])', 'a-b'],
  ['indexof("\u{1f600}b", "b")', 1],
  ['substring("a\u{1f600}b", 1, 1)', '\u{1f600}'],
  ['substring("abc", -1, 1)', undefined],
  ['substring("abc", 1, -1)', 'bc'],
  ['upper("straße")', 'STRAßE'],
  ['upper("\u1fb3\u1f80\u0390")', '\u1fbc\u1f88\u0390'],
  ['lower("\u0130\u1e9e\u03a3")', 'i\u00df\u03c3'],
  ['strings.reverse("a\u{1f600}")', '\u{1f600}a'],
  ['split("a", "")', ['a']],
  ['split("a,b", ",")', ['a', 'b']],
  ['replace("aaa", "a", "b")', 'bbb'],
  ['strings.replace_n({"a": "b", "b": "c"}, "ab")', 'bc'],
  ['trim("xxaxx", "x")', 'a'],
  ['trim_prefix("xxa", "x")', 'xa'],
  ['trim_space("\t a\u00a0")', 'a'],
  ['format_int(-15.9, 16)', '-f'],
  ['contains("abc", input.one)', undefined],
  ['$"{1} and {"a"}"', '1 and a'],
  ['json.unmarshal("{\\"a\\": [1.5]}")', { a: [1.5] }],
  ['json.unmarshal("{")', undefined],
  ['base64.encode("h\u00e9")', 'aMOp'],
  ['base64.decode("aMOp")', 'h\u00e9'],
  ['base64url.encode("a?>")', 'YT8-'],
  ['base64url.decode("YT8-")', 'a?>'],
  ['yaml.is_valid("a: [")', false],
  ['yaml.unmarshal("a: [1, x]")', { a: [1, 'x'] }],
  ['net.cidr_contains("10.0.0.0/8", "10.1.2.3")', true],
  ['net.cidr_contains("10.0.0.0/8", "10.0.0.0/7")', false],
  ['net.cidr_contains("10.0.0.0/8", "x")', undefined],
  ['net.cidr_intersects("10.0.0.0/8", "10.2.0.0/16")', true],
  ['net.cidr_contains("2001:db8::/32", "2001:db8::1")', true],
  ['regex.match("^a+$", "aaa")', true],
  ['regex.match("(?i)h\u00c9", "H\u00e9")', true],
  ['regex.match("[[:alpha:]]\\\\d", "x1")', true],
  ['regex.match("\\\\p{Greek}", "\u03b1")', true],
  ['regex.match("a(", "a")', undefined],
  ['regex.match("a(?=b)", "ab")', undefined],
  ['regex.is_valid("a**")', false],
  ['regex.is_valid("[a-\\\\d]")', false],
  [
    'regex.find_all_string_submatch_n("a(b)?", "abaab", -1)',
    [
      ['ab', 'b'],
      ['a', ''],
      ['ab', 'b'],
    ],
  ],
  ['regex.find_all_string_submatch_n("a*?|b", "ab", -1)', [[''], [''], ['']]],
  ['regex.find_all_string_submatch_n("x*", "axb", 2)', [[''], ['x']]],
  ['regex.split("[,;]", "a,b;c")', ['a', 'b', 'c']],
  ['glob.match("*.example.com", [], "api.example.com")', true],
  ['glob.match("*.example.com", [], "a.b.example.com")', false],
  ['glob.match("**.com", ["."], "a.b.com")', true],
  ['glob.match("{a,b}[!c]?", null, "bxy")', true],
  ['glob.match("a:*:c", [":"], "a:b:c")', true],
  ['type_name({1})', 'set'],
  ['is_object({1})', false],
  ['1 < "a"', true],
  ['[1, 2] < [1, 3]', true],
  ['{"a": 1} < {"a": 1, "b": 0}', true],
  ['"b" in {"a": "b"}', true],
  ['"a", "b" in {"a": "b"}', true],
  ['undefined_is_not_one', undefined],
];

/** Where Wasm and the npm package's JavaScript give something else than OPA: key order, laxer JSON, older RE2, sprintf. */
const OURS: readonly (readonly [expression: string, value: unknown])[] = [
  ['json.marshal({"b": [1, {"x"}], "a": null})', '{"a":null,"b":[1,["x"]]}'],
  ['json.is_valid("[1,]")', false],
  ['net.cidr_contains("::ffff:10.0.0.0/104", "10.1.2.3")', true],
  ['net.cidr_contains("::ffff:10.0.0.0/104", "11.1.2.3")', false],
  ['regex.is_valid("(?<n>a)")', true],
  ['sprintf("%v %s %d", [{"a": {1}}, "b", 3])', '{"a": {1}} b 3'],
  ['sprintf("%5.1f|%-4d|%04d|%x|%q", [2.25, 7, 7, 255, "a"])', '  2.2|7   |0007|ff|"a"'],
  ['sprintf("%v %e %g", [0.00001, 12345.678, 0.5])', '1e-05 1.234568e+04 0.5'],
  ['sprintf("%d", [input.text])', '%!d(string=a)'],
  ['sprintf("%d", [])', '%!d(MISSING)'],
  ['sprintf("a", [1])', 'a%!(EXTRA int64=1)'],
  ['sprintf("100%%", [])', '100%'],
  ['yaml.marshal({"b": 1, "a": [true]})', 'a:\n  - true\nb: 1\n'],
];

/** What the compiler does not know the type of. */
const INPUT = { one: 1, text: 'a' };

describe('builtins', () => {
  const compiler = new RegoCompiler();
  let compiled: EvaluateRule;
  let reference: EvaluateRule;
  const all = [...SAME, ...OURS];
  beforeAll(async () => {
    const rules = all.map(([expression], at) => `e${at} := x if x := ${expression}\n`);
    const source = `package m\n\nundefined_is_not_one := 1 if input.never\n\n${rules.join('\n')}`;
    const result = await compiler.compile([{ file: 'm.rego', source }], {
      entrypoints: all.map((_, at) => `m/e${at}`),
      strict: false,
    });
    if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
    compiled = evaluateRule(result.compiled);
    reference = evaluateOpaWasm(result.compiled);
  });
  afterAll(() => compiler.close());

  it.each(all.map(([expression, value], at) => [expression, value, at] as const))('%s', (_expression, value, at) => {
    expect(compiled(`m/e${at}`, INPUT)).toEqual(value === undefined ? {} : { value });
  });

  it.each(SAME.map(([expression], at) => [expression, at] as const))('%s is the same in Wasm', (_expression, at) => {
    const { value } = reference(`m/e${at}`, INPUT);
    expect(unordered(value)).toEqual(unordered(compiled(`m/e${at}`, INPUT).value));
  });
});

/** Wasm's sets come in an order of their own. */
function unordered(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map(unordered).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))
    : value;
}
