import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { combine } from '../combine.ts';
import { loadValidPolicies, type PolicyBundle } from './loadPolicies.ts';
import { checkPolicyCase, instantOfCase, readPolicyCases } from './policyCases.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import { runPolicyTests } from './runPolicyTests.ts';

const repository = join(import.meta.dirname, '../..');
const root = join(repository, 'policies');
const cases = readPolicyCases(root);
const compiler = new RegoCompiler();
let bundle: PolicyBundle;

beforeAll(async () => {
  bundle = await loadValidPolicies(root, { compiler, tests: true });
});
afterAll(() => compiler.close());

describe.each([...Map.groupBy(cases, ({ file }) => file)])('%s', (_file, ofFile) => {
  it.each(ofFile.map((one) => [title(one), one] as const))('%s', (_title, one) => {
    expect(checkPolicyCase(one, bundle.at(instantOfCase(one, bundle.dates, Date.now())).evaluator)).toEqual([]);
  });
});

function title({ note, shows }: (typeof cases)[number]): string {
  return [note, ...shows.map((clause) => `[${clause}]`)].join(' ');
}

describe('the policies', () => {
  it('each have a case in which every rule decides', () => {
    const decided = new Set(
      cases.flatMap((one) => {
        const { evaluator } = bundle.at(instantOfCase(one, bundle.dates, Date.now()));
        return combine(evaluator.evaluate(one.input)).reasons.map(({ policy, rule }) => `${policy}/${rule}`);
      }),
    );
    expect(bundle.rules.map(({ policy, rule }) => `${policy}/${rule}`).filter((name) => !decided.has(name))).toEqual(
      [],
    );
  });

  it('have a group of rules for each kind of sharing, and a decision names the group that applied [DH-5.4.7]', () => {
    const groups = ['sharing.credit', 'sharing.governance', 'sharing.care', 'sharing.analytics'];
    const applied = cases.flatMap((one) => {
      const { evaluator } = bundle.at(instantOfCase(one, bundle.dates, Date.now()));
      return combine(evaluator.evaluate(one.input)).reasons.map(({ policy }) => policy);
    });
    for (const group of groups) {
      expect(bundle.rules.map(({ policy }) => policy)).toContain(group);
      expect(applied).toContain(group);
    }
  });

  it('are written as the formatter of OPA writes them', () => {
    for (const file of bundle.files)
      expect(readFileSync(join(repository, file), 'utf8'), file).toBe(bundle.compiled.formatted[file]);
  });

  it('name the line on which each rule stands', () => {
    for (const { kind, rule, file, line } of bundle.rules) {
      const text = readFileSync(join(repository, file), 'utf8')
        .split('\n')
        .slice(line - 1, line + 1)
        .join('\n');
      expect(text, `${file}:${line}`).toMatch(new RegExp(`^${kind} contains \\{\\s*"rule": "${rule}"`));
    }
  });

  it('name the line of the verdict when nothing permits', () => {
    const { reasons } = combine({ permits: [], caps: [], denies: [], errors: [] });
    const text = readFileSync(join(repository, reasons[0]!.file), 'utf8').split('\n')[reasons[0]!.line - 1];
    expect(text).toBe('verdict := {');
  });

  it('pass their own tests in Rego', () => {
    const results = runPolicyTests(bundle.compiled);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });
});
