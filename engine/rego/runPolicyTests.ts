import type { RegoRule } from './Compiled.ts';
import { evaluateRule } from './compiled/evaluateRule.ts';
import { compositionModule } from './compositionModule.ts';
import { findPolicies, findPolicyTests, readInputSchema } from './policyFiles.ts';
import type { RegoCompiler } from './RegoCompiler.ts';
import { rejectedPolicies } from './rejectedPolicies.ts';

/** How one `test_` rule fared. */
export type PolicyTestResult = {
  readonly package: string;
  readonly test: string;
  readonly file: string;
  readonly line: number;
  readonly passed: boolean;
  /** What the evaluation failed with, if it did. */
  readonly error?: string;
};

/**
 * Runs the Rego tests of the active policies: each rule `test_..` of a `*_test.rego` is an entry point, and passes when it
 * is true. Throws `policy:bundle.invalid` when they do not compile.
 */
export async function runPolicyTests(root: string, compiler: RegoCompiler): Promise<readonly PolicyTestResult[]> {
  const policies = findPolicies(root);
  const modules = [...policies, ...findPolicyTests(root), compositionModule(policies)];
  const inputSchema = readInputSchema(root);
  // The rules must be known before they can be entry points, so the first compilation has none of them.
  const listed = await compiler.compile(modules, { entrypoints: ['main/verdict'], inputSchema });
  if (listed.kind === 'rejected') throw rejectedPolicies('the tests of the policies', listed.problems);
  const tests = listed.compiled.rules.filter(
    ({ name, file }) => name.startsWith('test_') && file.endsWith('_test.rego'),
  );
  if (tests.length === 0) return [];
  const result = await compiler.compile(modules, { entrypoints: tests.map(pathOf), inputSchema });
  if (result.kind === 'rejected') throw rejectedPolicies('the tests of the policies', result.problems);
  const evaluate = evaluateRule(result.compiled);
  return tests.map((test) => {
    const { value, error } = evaluate(pathOf(test));
    const { package: of, name, file, row } = test;
    return { package: of, test: name, file, line: row, passed: value === true, ...(error && { error: error.message }) };
  });
}

function pathOf({ package: of, name }: RegoRule): string {
  return `${of.replaceAll('.', '/')}/${name}`;
}
