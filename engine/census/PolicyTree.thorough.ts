import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facts, toInput } from '../facts/gatherFacts.ts';
import { loadValidPolicies } from '../rego/loadPolicies.ts';
import { readPolicyCases } from '../rego/policyCases.ts';
import { FactColumn } from './FactColumn.ts';
import { PolicyTree } from './PolicyTree.ts';

const root = join(import.meta.dirname, '../../policies');

describe('PolicyTree', () => {
  it('says of any mixture of values what the policy says of the whole input, and evaluates few of them', async () => {
    const { evaluator } = (await loadValidPolicies(root)).at(Date.parse('2026-11-04T04:00:00Z'));
    const columns = facts.map((fact) => new FactColumn(fact));
    for (const { input } of readPolicyCases(root)) {
      for (const column of columns) column.digest(valueAt(input, column.fact.path));
    }
    const policies = evaluator.policies!.map((policy) => ({ policy, tree: new PolicyTree(policy, columns) }));
    let asked = 0;
    // One mixture after the other differs in one fact, so that readings are met again.
    const tuple = columns.map(() => 0);
    const change = fc.tuple(fc.nat(columns.length - 1), fc.nat());
    for (const [at, to] of fc.sample(change, { numRuns: 500, seed: 11 })) {
      tuple[at] = to % columns[at]!.values().length;
      const input = toInput(columns.map((column, of) => ({ path: column.fact.path, value: column.value(tuple[of]!) })));
      for (const { policy, tree } of policies) {
        const seen = columns.map((column, of) => column.representatives(policy.readSet)[tuple[of]!]!);
        expect(tree.verdict(tree.decide(seen))).toEqual(policy.evaluate(input));
        asked += 1;
      }
    }
    const evaluations = policies.reduce((sum, { tree }) => sum + tree.evaluations, 0);
    expect(evaluations).toBeLessThan(asked / 5);
  });
});

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce((part, key) => (part as Record<string, unknown>)[key], input);
}
