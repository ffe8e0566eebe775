import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonRulesEngine } from '../jsonRulesEngine.ts';
import type { Condition, LoadedRule } from '../Rule.ts';
import type { RuleFacts } from '../RuleEvaluator.ts';
import { CompiledRules } from './CompiledRules.ts';
import { compareRuleEvaluators } from './compareRuleEvaluators.ts';
import { randomRules } from './testdata/randomRules.ts';

function rule(id: string, conditions: Condition): LoadedRule {
  const event = { type: 'raise_alarm', params: { alarm: 'gas_leak' } } as const;
  const on = { properties: ['gas'] };
  return { file: `${id}.json`, rule: { id, title: id, severity: 'life_safety', clauses: [], on, conditions, event } };
}

const is = (name: string, value: unknown, priority?: number): Condition => ({
  fact: 'property',
  params: { name },
  operator: 'equal',
  value,
  ...(priority === undefined ? {} : { priority }),
});
const values = (of: Record<string, unknown>): RuleFacts => {
  return (_fact, params) => {
    if (params['name'] === 'broken') throw new Error('nobody knows');
    return of[String(params['name'])] ?? null;
  };
};

describe('CompiledRules', () => {
  it('answers a few hundred random rules as the npm engine does', async () => {
    await fc.assert(
      fc.asyncProperty(randomRules(3), async ({ rules, shared, facts }) => {
        expect((await compareRuleEvaluators(rules, { shared, facts })).difference).toBeNull();
      }),
      { seed: 7, numRuns: 120 },
    );
  });

  it('asks nothing of a lower priority when a higher one has decided', () => {
    const rules = [
      rule('any', { any: [is('broken', 1), is('gas', true, 2)] }),
      rule('all', { all: [is('broken', 1), is('gas', false, 2)] }),
      rule('same priority', { any: [is('broken', 1), is('gas', true)] }),
    ];
    expect(new CompiledRules(rules).evaluate(['any', 'all', 'same priority'], values({ gas: true }))).toEqual({
      matches: [
        {
          rule: 'any',
          conditions: [
            { fact: 'property', params: { name: 'gas' }, operator: 'equal', value: true, got: true, held: true },
          ],
        },
      ],
      failures: [{ rule: 'same priority', message: 'nobody knows' }],
    });
  });

  it('asks the same question once, however many rules ask it', () => {
    const rules = [rule('a', { all: [is('gas', true)] }), rule('b', { all: [is('gas', true), is('smoke', true)] })];
    const asked: unknown[] = [];
    const facts: RuleFacts = (_fact, { name }) => {
      asked.push(name);
      return true;
    };
    expect(new CompiledRules(rules).evaluate(['a', 'b'], facts).matches).toHaveLength(2);
    expect(asked).toEqual(['gas', 'smoke']);
  });

  it('fails by the same words as the npm engine for what it does not know', async () => {
    const operator = { fact: 'property', params: { name: 'gas' }, operator: 'twice:equal', value: 1 } as const;
    const rules = [rule('reference', { condition: 'unknown' }), rule('operator', { all: [operator] })];
    const ids = ['reference', 'operator', 'rule'];
    const answer = new CompiledRules(rules).evaluate(ids, values({}));
    expect(answer).toEqual(await jsonRulesEngine(rules).evaluate(ids, values({})));
    expect(answer.failures).toHaveLength(3);
  });

  it('takes rules in and out one at a time', () => {
    const compiled = new CompiledRules([rule('a', { all: [is('gas', true)] })]);
    compiled.set(rule('b', { all: [is('gas', false)] }).rule);
    const matched = () => compiled.evaluate(['a', 'b'], values({ gas: false }));
    expect(matched().matches.map((match) => match.rule)).toEqual(['b']);
    compiled.delete('b');
    expect(matched().failures).toEqual([{ rule: 'b', message: 'no rule `b` is loaded' }]);
  });
});
