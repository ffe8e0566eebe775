import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Compiled } from './Compiled.ts';
import { coveredRules } from './compiled/evaluateRule.ts';
import type { MarkedStatement } from './compiled/translate.ts';
import type { LineHits } from './policyCoverage.ts';
import { testEntrypointsOf } from './runPolicyTests.ts';

/** What the planner adds of its own: it asks of what kind a collection is, and whether a value is false. */
const ADDED = new Set<MarkedStatement['type']>([
  'BreakStmt',
  'IsArrayStmt',
  'IsObjectStmt',
  'IsSetStmt',
  'NotEqualStmt',
]);

/** What cases and tests run of the policies. */
export type RunCoverage = {
  /** The lines that say something, and whether all that they say was run. */
  readonly lines: readonly LineHits[];
  /** In how many tests the rule that stands at a line held. */
  readonly testsOf: (file: string, line: number) => number;
};

/**
 * Runs cases and tests once more, on code that marks what it runs. A line is run when every statement on it was: of
 * `x if a == b` also what follows where the condition holds.
 */
export function runCoverage(compiled: Compiled, inputs: readonly PolicyInput[]): RunCoverage {
  const { evaluate, marked, run } = coveredRules(compiled);
  const ran = new Uint8Array(run.length);
  const tests = testEntrypointsOf(compiled);
  const verdicts = (compiled.plan.plans?.plans ?? []).map(({ name }) => name).filter((name) => !tests.has(name));
  for (const input of inputs) for (const verdict of verdicts) evaluate(verdict, input);
  collect();
  const held = new Map<string, number>();
  for (const test of tests) {
    evaluate(test);
    // A rule's value is added to its set where its line begins, once its conditions hold.
    const places = marked.filter(({ type, col }, at) => run[at] === 1 && type === 'SetAddStmt' && col === 1);
    for (const place of new Set(places.map(placeOf))) held.set(place, (held.get(place) ?? 0) + 1);
    collect();
  }
  const statements = marked.map((statement, at) => ({ ...statement, run: ran[at] === 1 }));
  const lines = Map.groupBy(
    statements.filter(
      ({ type, file }) => !ADDED.has(type) && !file.endsWith('_test.rego') && !file.startsWith('generated:'),
    ),
    placeOf,
  );
  return {
    lines: [...lines.values()].map((ofLine) => {
      return { file: ofLine[0]!.file, line: ofLine[0]!.row, run: ofLine.every((each) => each.run) };
    }),
    testsOf: (file, line) => held.get(placeOf({ file, row: line })) ?? 0,
  };

  function collect(): void {
    for (let at = 0; at < run.length; at++) if (run[at] === 1) ran[at] = 1;
    run.fill(0);
  }
}

function placeOf({ file, row }: { readonly file: string; readonly row: number }): string {
  return `${file}:${row}`;
}
