import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadValidPolicies } from '../loadPolicies.ts';
import { opaWasmEvaluator } from '../opaWasm/opaWasmEvaluator.ts';
import { RegoCompiler } from '../RegoCompiler.ts';
import { compiledEvaluator } from './compiledEvaluator.ts';
import { compilePlan } from './compilePlan.ts';

const ROOT = join(import.meta.dirname, '../../../policies');
const compiler = new RegoCompiler();
afterAll(() => compiler.close());

/** Policies of one rule, whose verdict is written like this. */
async function compiledOf(verdict: string) {
  const source = `package main\n\n${verdict}\n\n_permit contains {"rule": "r", "outcome": "raw"}\n\n_none contains x if some x in input.none\n\n_guard if input.guard\n`;
  const result = await compiler.compile([{ file: 'main.rego', source }], {
    entrypoints: ['main/verdict'],
    strict: false,
  });
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
  return result.compiled;
}

const OBJECT = '{"permit": {"p": _permit}, "cap": {"p": _none}, "deny": {"p": _none}}';

describe('an entry point that is read from its rules', () => {
  it('is that of the policies of the program', async () => {
    const { compiled } = await loadValidPolicies(ROOT, { compiler });
    const { queries, objects } = compilePlan(compiled.plan);
    expect([...objects.keys()]).toEqual([...queries.keys()]);
  });

  it('is one of objects of rules alone', async () => {
    const { plan } = await compiledOf(`verdict := ${OBJECT}`);
    expect(
      compilePlan(plan)
        .objects.get('main/verdict')!
        .leaves.map(({ member, key }) => `${member} ${key}`),
    ).toEqual(['cap p', 'deny p', 'permit p']);
  });

  it.each([
    `verdict := x if {\n\t_ := _guard\n\tx := ${OBJECT}\n}`,
    `verdict := x if {\n\t_guard\n\tx := ${OBJECT}\n}`,
    `verdict := x if {\n\tg := {"a": _guard}\n\tx := ${OBJECT}\n\ty := g\n}`,
  ])('keeps to a rule on which it depends: %s', async (verdict) => {
    const compiled = await compiledOf(verdict);
    for (const evaluator of [compiledEvaluator(compiled, []), opaWasmEvaluator(compiled, [])]) {
      expect(evaluator.evaluate({} as never).errors).toMatchObject([{ code: 'policy:evaluation.undefined' }]);
    }
  });
});
