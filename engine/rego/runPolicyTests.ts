import type { Compiled, Problem, RegoModule, RegoRule } from './Compiled.ts';
import { evaluateRule } from './compiled/evaluateRule.ts';
import { packageOf } from './packageOf.ts';

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
 * Runs the Rego tests that were compiled with the policies (`loadPolicies` with `tests`): each rule `test_..` of a
 * `*_test.rego` is an entry point, and passes when it is true.
 */
export function runPolicyTests(compiled: Compiled): readonly PolicyTestResult[] {
  const evaluate = evaluateRule(compiled);
  const tests = new Map(compiled.rules.filter(isTest).map((test) => [pathOf(test), test]));
  return [...tests].map(([path, { package: of, name, file, row }]) => {
    const { value, error } = evaluate(path);
    return { package: of, test: name, file, line: row, passed: value === true, ...(error && { error: error.message }) };
  });
}

/** The entry points of the tests that were compiled with the policies. */
export function testEntrypointsOf({ rules }: Compiled): ReadonlySet<string> {
  return new Set(rules.filter(isTest).map(pathOf));
}

/** The entry points of the tests in a module, by its text: they are wanted before it is compiled. */
export function testEntrypoints({ source }: RegoModule): readonly string[] {
  const names = [...source.matchAll(/^(?:default[ \t]+)?(test_\w+)/gm)].map(([, name]) => name!);
  return [...new Set(names)].map((name) => `${packageOf(source)}/${name}`.replaceAll('.', '/'));
}

/** Tests whose names are not found in the text: nobody would run them. */
export function unseenTests({ rules, plan }: Compiled): readonly Problem[] {
  const asked = new Set(plan.plans?.plans.map(({ name }) => name));
  return rules
    .filter((rule) => isTest(rule) && !asked.has(pathOf(rule)))
    .map(({ name, file, row, col }) => ({
      code: 'policy:rule.unseen',
      message: `the test \`${name}\` does not start its line`,
      file,
      row,
      col,
    }));
}

function isTest({ name, file }: RegoRule): boolean {
  return name.startsWith('test_') && file.endsWith('_test.rego');
}

function pathOf({ package: of, name }: RegoRule): string {
  return `${of}/${name}`.replaceAll('.', '/');
}
