import { dirname, join } from 'node:path';
import { combine } from '../../engine/combine.ts';
import { loadValidPolicies, type PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import { checkDecided, instantOfCase, readPolicyCases } from '../../engine/rego/policyCases.ts';
import {
  decidingRules,
  type EvaluatedCase,
  type PolicyCoverage,
  policyCoverage,
} from '../../engine/rego/policyCoverage.ts';
import type { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { runCoverage } from '../../engine/rego/runCoverage.ts';
import { runPolicyTests } from '../../engine/rego/runPolicyTests.ts';
import type { Reason } from '../../engine/rego/Verdict.ts';
import { isWithin, repositoryRoot } from '../repositoryRoot.ts';
import { startOf } from '../startOf.ts';
import type { TrialResult, TrialRun } from './TrialRun.ts';

export type PolicyTrialOptions = {
  readonly compiler: RegoCompiler;
  /** A draft to put in the place of the active policies of its packages. */
  readonly draft: string | undefined;
  /** Decides every case at one instant. */
  readonly instant: number | undefined;
  readonly coverage: boolean;
};

const policies = join(repositoryRoot, 'policies');

/**
 * Decides the cases of policies that lie at a path and runs their tests in Rego. That no case has a decision of a rule is
 * a failure too. All cases are decided whatever the path, since the policies decide together.
 */
export async function runPolicyTrials(
  wanted: string,
  { compiler, draft, instant, coverage }: PolicyTrialOptions,
): Promise<TrialRun> {
  if (!isWithin(wanted, 'policies') && wanted !== '') return { results: [], coverage: null };
  // Tests in Rego speak of the active policies from within, so a draft would break them by being one.
  const tests = draft === undefined;
  const bundle = await loadValidPolicies(policies, { compiler, tests, ...(draft !== undefined && { draft }) });
  const cases = readPolicyCases(policies).map((one): EvaluatedCase => {
    const at = instant ?? instantOfCase(one, bundle.dates, startOf(bundle));
    const verdict = bundle.at(at).evaluator.evaluate(one.input);
    return { case: one, verdict, decided: combine(verdict) };
  });
  const results = [
    ...cases.map(resultOf),
    ...(draft === undefined && instant === undefined ? idleRules(bundle, cases) : []),
    ...(tests ? testResults(bundle) : []),
  ];
  return {
    results: results.filter(({ file }) => isWithin(file, wanted)),
    coverage: coverage ? coverageOf(bundle, cases, wanted) : null,
  };
}

function coverageOf(
  { compiled, rules }: PolicyBundle,
  cases: readonly EvaluatedCase[],
  wanted: string,
): PolicyCoverage {
  const { lines, testsOf } = runCoverage(
    compiled,
    cases.map((each) => each.case.input),
  );
  const isWanted = ({ file }: { readonly file: string }) => isWithin(file, wanted);
  return policyCoverage({ rules: rules.filter(isWanted), cases, lines: lines.filter(isWanted), testsOf });
}

function resultOf({ case: one, decided }: EvaluatedCase): TrialResult {
  const differences = checkDecided(one, decided);
  const because = differences.length > 0 ? decided.reasons.map(becauseOf) : [];
  return { file: one.file, line: one.line, title: one.note, problems: [...differences, ...because] };
}

function becauseOf({ code, policy, rule, file, line, message }: Reason): string {
  return `${code === 'waived' ? 'waived is' : 'decided by'} ${policy}/${rule} (${file}:${line}): ${message}`;
}

function testResults({ compiled }: PolicyBundle): readonly TrialResult[] {
  return runPolicyTests(compiled).map(({ file, line, test, passed, error }) => {
    return { file, line, title: test, problems: passed ? [] : [error ?? 'is not true'] };
  });
}

/** A failure for each rule that decides in no case: nobody has said what it is for. */
function idleRules({ rules }: PolicyBundle, cases: readonly EvaluatedCase[]): readonly TrialResult[] {
  const decided = new Set(cases.flatMap((each) => [...decidingRules(each.decided)]));
  return rules
    .filter(({ policy, rule }) => !decided.has(`${policy}/${rule}`))
    .map(({ policy, rule, file, line }) => {
      const problem = `no case has a decision of \`${policy}/${rule}\`: write one in ${dirname(file)}/cases.yaml`;
      return { file, line, title: 'every rule decides in some case', problems: [problem] };
    });
}
