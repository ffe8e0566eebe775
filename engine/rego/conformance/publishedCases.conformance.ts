import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CodedError } from '../../../twin/CodedError.ts';
import { evaluateRule as compiled } from '../compiled/evaluateRule.ts';
import type { EvaluateRule } from '../EvaluateRule.ts';
import { evaluateRule as opaWasm } from '../opaWasm/evaluateRule.ts';
import { RegoCompiler } from '../RegoCompiler.ts';
import { askedCase, BINDINGS } from './askedCase.ts';
import { type Judgement, judgeCase } from './judgeCase.ts';
import { publishedCases } from './publishedCases.ts';

/** The share of the cases that each evaluator is to pass. */
const SHARE = 0.95;

const EVALUATORS = [
  // Sets leave OPA's Wasm as lists in the order of its hashes.
  { name: 'opaWasm', evaluateRule: opaWasm, order: 'any' },
  { name: 'compiled', evaluateRule: compiled, order: 'sorted' },
] as const;

type Exceptions = Readonly<Record<string, readonly { readonly reason: string; readonly cases: readonly string[] }[]>>;

const cases = publishedCases();
const exceptions = parse(readFileSync(new URL('./exceptions.yaml', import.meta.url), 'utf8')) as Exceptions;
const runs = EVALUATORS.map((evaluator) => ({
  ...evaluator,
  excepted: new Set(exceptions[evaluator.name]?.flatMap((group) => group.cases)),
  judgements: new Map<string, Judgement['kind']>(),
}));
const compilers = [new RegoCompiler(), new RegoCompiler()];
afterAll(async () => {
  await Promise.all(compilers.map((compiler) => compiler.close()));
});

describe.concurrent("OPA's published case", () => {
  it.each(cases.map((one, index) => [one.note, one, index] as const))('%s', async (note, one, index) => {
    const { modules, input } = askedCase(one);
    const compiler = compilers[index % compilers.length]!;
    const result = await compiler.compile(modules, { entrypoints: [BINDINGS], strict: false });
    if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
    const surprises = runs.flatMap(({ name, evaluateRule, order, excepted, judgements }) => {
      const evaluate = openOrRefuse(() => evaluateRule(result.compiled));
      const judgement =
        typeof evaluate === 'function' ? judgeCase(one, evaluate(BINDINGS, input, one.data), order) : evaluate;
      judgements.set(note, judgement.kind);
      const listed = excepted.has(note);
      return listed === (judgement.kind === 'passed') ? [{ name, listed, ...judgement }] : [];
    });
    expect(surprises).toEqual([]);
  });
});

/** An evaluator, or the refusal of a plan that it cannot do. */
function openOrRefuse(make: () => EvaluateRule): EvaluateRule | Judgement {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { kind: 'refused', wanted: 'an evaluator', got: error.message };
  }
}

describe.each(runs)('$name', ({ name, excepted, judgements }) => {
  it(`passes at least ${SHARE * 100} % of the cases${name === 'compiled' ? ', and answers none wrongly' : ''}`, () => {
    const counts = { passed: 0, refused: 0, wrong: 0 };
    for (const kind of judgements.values()) counts[kind] += 1;
    const share = counts.passed / cases.length;
    console.log(
      `${name}: ${counts.passed} of ${cases.length} cases passed (${(share * 100).toFixed(1)} %), ` +
        `${counts.refused} without an answer, ${counts.wrong} with another one`,
    );
    expect(judgements.size).toBe(cases.length);
    // A wrong answer could permit what is to be denied. Those of the reference are OPA's own.
    if (name === 'compiled') expect(counts.wrong).toBe(0);
    expect(share).toBeGreaterThanOrEqual(SHARE);
  });

  it('has no exception that is no case', () => {
    const notes = new Set(cases.map(({ note }) => note));
    expect([...excepted].filter((note) => !notes.has(note))).toEqual([]);
  });
});
