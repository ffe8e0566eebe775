import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '../../engine/canonicalJson.ts';
import { combine } from '../../engine/combine.ts';
import { gatherFacts } from '../../engine/facts/gatherFacts.ts';
import type { PolicyEvaluator } from '../../engine/rego/PolicyEvaluator.ts';
import type { ChangeClass, ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { type Pair, references } from './countBoth.ts';

type Evaluators = ReturnType<typeof references>;

/**
 * The witnesses of a report that the graph and OPA's own evaluator do not bear out, and the changes that do not flip them,
 * each with what is wrong.
 */
export function unprovenWitnesses(
  { changes }: ImpactReport,
  graph: TwinGraph,
  scenario: Scenario,
  pair: Pair,
): readonly string[] {
  const evaluators = references(pair);
  return changes.flatMap((change, index) =>
    [...witnessProblems(change, graph, scenario, evaluators), ...flipProblems(change, evaluators)].map(
      (problem) => `change ${index + 1}, ${change.from} -> ${change.to}: ${problem}`,
    ),
  );
}

function* witnessProblems(
  { witness, obligations, reasons }: ChangeClass,
  graph: TwinGraph,
  scenario: Scenario,
  { before, after }: Evaluators,
): Generator<string> {
  const question = questionsOf(scenario, graph).find(
    ({ requester, action, purpose }) =>
      requester === witness.requester && action === witness.action && purpose === witness.purpose,
  );
  const asking = question?.askingAt(graph.home(witness.home).home.area);
  if (!asking) {
    yield 'nobody asks what the witness says';
    return;
  }
  const { home, device, property } = witness;
  const input = gatherFacts(graph, asking, { type: 'property', home, device, property }, Date.parse(scenario.at));
  if (!isDeepStrictEqual(input, witness.input)) yield 'the graph has another input';
  const [was, is] = [combine(before.evaluate(input)), combine(after.evaluate(input))];
  if (was.outcome !== witness.before || is.outcome !== witness.after) yield 'it is decided otherwise';
  const told = canonicalJson([obligations.before, obligations.after, reasons.before, reasons.after]);
  if (told !== canonicalJson([was.obligations, is.obligations, was.reasons, is.reasons]))
    yield 'it is of another class';
}

function* flipProblems({ witness, smallestChange }: ChangeClass, { before, after }: Evaluators): Generator<string> {
  if (smallestChange.kind === 'none') return;
  const { path, from, to, outcome, obligations, restores } = smallestChange;
  const changed = structuredClone(witness.input) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const parent = keys.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, changed);
  if (!isDeepStrictEqual(parent[keys.at(-1)!], from)) yield `\`${path}\` is not what it is changed from`;
  parent[keys.at(-1)!] = to;
  const decide = (evaluator: PolicyEvaluator, input: unknown) => {
    const decided = combine(evaluator.evaluate(input as typeof witness.input));
    return { outcome: decided.outcome, obligations: decided.obligations };
  };
  const [was, is, then] = [decide(before, witness.input), decide(after, witness.input), decide(after, changed)];
  if (!isDeepStrictEqual(then, { outcome, obligations })) yield 'the change leads elsewhere than is told';
  if (isDeepStrictEqual(then, is)) yield 'the change flips nothing';
  if (restores && then.outcome !== was.outcome) yield 'the change does not lead back';
}
