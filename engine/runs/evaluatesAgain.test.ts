import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CompiledRules } from '../rules/compiled/CompiledRules.ts';
import { randomRules } from '../rules/compiled/testdata/randomRules.ts';
import { jsonRulesEngine } from '../rules/jsonRulesEngine.ts';
import type { Condition, Rule } from '../rules/Rule.ts';
import type { ConditionResult } from '../rules/RuleEvaluator.ts';
import { withShared } from '../rules/sharedConditions.ts';
import { evaluatesAgain } from './evaluatesAgain.ts';
import type { Run } from './Run.ts';

function runOf(conditions: Condition | null, because: readonly ConditionResult[], given: Partial<Run> = {}): Run {
  const about = { id: 'run', rule: 'r', ruleDigest: 'd', title: null, clauses: [], home: 'h', device: 'd', at: 1 };
  return {
    ...about,
    severity: 'comfort',
    ranAt: 1,
    event: { kind: 'state_reported' },
    conditions,
    because,
    effects: [],
    ...given,
  };
}

const npm = (rule: Rule) => jsonRulesEngine([{ rule, file: '' }]);

it('a run evaluates again to its match, by the compiled rules and by the npm engine', async () => {
  let matched = 0;
  await fc.assert(
    fc.asyncProperty(randomRules(4), async ({ rules, shared, facts }) => {
      const { matches } = new CompiledRules(rules, shared).evaluate(
        rules.map(({ rule }) => rule.id),
        facts,
      );
      for (const { rule: id, conditions: because } of matches) {
        const { rule } = rules.find((each) => each.rule.id === id)!;
        const run = runOf(withShared(rule.conditions, shared), because);
        expect(await evaluatesAgain(run)).toBe(true);
        expect(await evaluatesAgain(run, npm)).toBe(true);
        matched += 1;
      }
    }),
    { numRuns: 300 },
  );
  expect(matched).toBeGreaterThan(20);
});

it('a run whose values were others does not', async () => {
  const asks = { fact: 'property', operator: 'greaterThan', value: 30 } as const;
  const conditions: Condition = {
    all: [{ ...asks, params: { name: 'temperature' } }, { not: { ...asks, params: { name: 'humidity' } } }],
  };
  const looked = (temperature: number, humidity: number): ConditionResult[] => [
    { ...asks, params: { name: 'temperature' }, got: temperature, held: temperature > 30 },
    { ...asks, params: { name: 'humidity' }, got: humidity, held: humidity > 30 },
  ];
  expect(await evaluatesAgain(runOf(conditions, looked(31, 29)))).toBe(true);
  expect(await evaluatesAgain(runOf(conditions, looked(29, 29)))).toBe(false);
  expect(await evaluatesAgain(runOf(conditions, looked(31, 31)))).toBe(false);
});

it('a built-in rule is asked again with the values of its message', async () => {
  const saying = (gas: unknown) => {
    const event = { kind: 'state_reported', values: { gas } } as const;
    return evaluatesAgain(runOf(null, [], { rule: 'built_in.gas_leak', event }));
  };
  expect([await saying(true), await saying(false)]).toEqual([true, false]);
});
