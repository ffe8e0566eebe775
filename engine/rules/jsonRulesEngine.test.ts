import { describe, expect, it } from 'vitest';
import { jsonRulesEngine } from './jsonRulesEngine.ts';
import type { Condition, LoadedRule } from './Rule.ts';
import type { RuleFacts } from './RuleEvaluator.ts';
import { withShared } from './sharedConditions.ts';

function rule(id: string, conditions: Condition): LoadedRule {
  const event = { type: 'raise_alarm', params: { alarm: 'gas_leak' } } as const;
  const on = { properties: ['gas'] };
  return { file: `${id}.json`, rule: { id, title: id, severity: 'life_safety', clauses: [], on, conditions, event } };
}

const is = (name: string, value: unknown): Condition => ({
  fact: 'property',
  params: { name },
  operator: 'equal',
  value,
});
const values = (of: Record<string, unknown>): RuleFacts => {
  return (_fact, params) => of[String(params['name'])] ?? null;
};

describe('jsonRulesEngine', () => {
  it('gives the rules that match with what each condition asked, wanted and got', async () => {
    const evaluator = jsonRulesEngine([rule('gas', { all: [is('gas', true), is('tamper', false)] })]);
    expect(await evaluator.evaluate(['gas'], values({ gas: true, tamper: false }))).toEqual({
      matches: [
        {
          rule: 'gas',
          conditions: [
            { fact: 'property', params: { name: 'gas' }, operator: 'equal', value: true, got: true, held: true },
            { fact: 'property', params: { name: 'tamper' }, operator: 'equal', value: false, got: false, held: true },
          ],
        },
      ],
      failures: [],
    });
    expect((await evaluator.evaluate(['gas'], values({ gas: false, tamper: false }))).matches).toEqual([]);
  });

  it('tells of conditions that did not hold and of facts that nobody knows', async () => {
    const evaluator = jsonRulesEngine([rule('r', { any: [is('gas', true), { not: is('smoke', true) }] })]);
    const { matches } = await evaluator.evaluate(['r'], values({ gas: false }));
    expect(matches[0]?.conditions.map(({ got, held }) => ({ got, held }))).toEqual([
      { got: false, held: false },
      { got: null, held: false },
    ]);
  });

  it('evaluates only the rules it is asked for, in that order', async () => {
    const rules = ['a', 'b', 'c'].map((id) => rule(id, { all: [is('gas', true)] }));
    const { matches } = await jsonRulesEngine(rules).evaluate(['c', 'a'], values({ gas: true }));
    expect(matches.map((match) => match.rule)).toEqual(['c', 'a']);
  });

  it('misses nothing when a thousand evaluations overlap', async () => {
    const evaluator = jsonRulesEngine([rule('gas', { all: [is('gas', true)] })]);
    const runs = Array.from({ length: 1000 }, (_, index) =>
      evaluator.evaluate(['gas'], values({ gas: index % 3 === 0 })),
    );
    const matched = (await Promise.all(runs)).map(({ matches }) => matches.length);
    expect(matched).toEqual(Array.from({ length: 1000 }, (_, index) => (index % 3 === 0 ? 1 : 0)));
  });

  it('keeps the failure of one rule from the others', async () => {
    const asks: Condition = { fact: 'occupancy', operator: 'equal', value: 'vacant' };
    const evaluator = jsonRulesEngine([rule('bad', { all: [asks] }), rule('good', { all: [is('gas', true)] })]);
    const facts: RuleFacts = (fact) => {
      if (fact === 'occupancy') throw new Error('no such home');
      return true;
    };
    expect(await evaluator.evaluate(['bad', 'unknown', 'good'], facts)).toMatchObject({
      matches: [{ rule: 'good' }],
      failures: [
        { rule: 'bad', message: 'no such home' },
        { rule: 'unknown', message: 'no rule `unknown` is loaded' },
      ],
    });
  });

  it('reads all of json-rules-engine: paths, values of other facts, decorators, names, priorities, nothing at all', async () => {
    const asks = (conditions: Condition) => jsonRulesEngine([rule('r', conditions)]);
    const known = values({ colour: { x: 0.3, y: 0.4 }, limit: 5, level: 6, tags: ['a', 'b'] });
    const of = (name: string) => ({ fact: 'property', params: { name } }) as const;
    const held: Condition[] = [
      { ...of('colour'), path: '$.y', operator: 'equal', value: 0.4 },
      { ...of('level'), operator: 'greaterThan', value: of('limit') },
      { ...of('limit'), operator: 'swap:greaterThan', value: { ...of('colour'), path: '$.x' } } as Condition,
      { ...of('tags'), operator: 'someFact:equal', value: 'b' },
      { ...of('level'), operator: 'not:in', value: [1, 2] },
      { name: 'named', priority: 7, ...of('limit'), operator: 'equal', value: 5 },
      { all: [] },
    ];
    const matched = await Promise.all(held.map((each) => asks({ all: [each] }).evaluate(['r'], known)));
    expect(matched.map(({ matches, failures }) => [matches.length, failures])).toEqual(
      held.map((_, index) => [index === 2 ? 0 : 1, []]),
    );
    expect(matched[1]?.matches[0]?.conditions).toEqual([
      { ...of('level'), operator: 'greaterThan', value: 5, got: 6, held: true },
    ]);
    expect(matched[0]?.matches[0]?.conditions).toEqual([
      { ...of('colour'), path: '$.y', operator: 'equal', value: 0.4, got: 0.4, held: true },
    ]);
  });

  it('looks at conditions of a higher priority first, and not at the others once it is clear', async () => {
    const evaluator = jsonRulesEngine([rule('r', { any: [is('gas', true), { ...is('smoke', true), priority: 9 }] })]);
    const { matches } = await evaluator.evaluate(['r'], values({ gas: true, smoke: true }));
    expect(matches[0]?.conditions.map(({ params }) => params)).toEqual([{ name: 'smoke' }]);
  });

  it('answers the same for shared conditions and for what is put in their place', async () => {
    const shared = { quiet: { not: { condition: 'loud' } }, loud: { any: [is('gas', true), is('smoke', true)] } };
    const refers: Condition = { all: [{ condition: 'quiet' }, { ...is('tamper', false), priority: 2 }] };
    const native = jsonRulesEngine([rule('r', refers)], shared);
    const placed = jsonRulesEngine([rule('r', withShared(refers, shared))]);
    for (const gas of [true, false]) {
      for (const tamper of [true, false]) {
        const facts = values({ gas, tamper, smoke: false });
        const answer = await native.evaluate(['r'], facts);
        expect(answer.failures).toEqual([]);
        expect(await placed.evaluate(['r'], facts)).toEqual(answer);
        expect(answer.matches.length).toBe(!gas && !tamper ? 1 : 0);
      }
    }
    expect(await jsonRulesEngine([rule('r', refers)]).evaluate(['r'], values({ tamper: false }))).toMatchObject({
      failures: [{ rule: 'r', message: 'No condition quiet exists' }],
    });
  });

  it('leaves the rules it was given as they were', async () => {
    const given = rule('gas', { all: [is('gas', true)] });
    const before = structuredClone(given);
    await jsonRulesEngine([given]).evaluate(['gas'], values({ gas: true }));
    expect(given).toEqual(before);
  });
});
