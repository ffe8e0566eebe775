import fc from 'fast-check';
import type { Condition, LoadedRule, SharedConditions } from '../../Rule.ts';
import type { RuleFacts } from '../../RuleEvaluator.ts';

/** Rules, the conditions they refer to, and what every fact says; small worlds in which conditions hold and fail alike. */
export type RandomRules = {
  readonly rules: readonly LoadedRule[];
  readonly shared: SharedConditions;
  readonly facts: RuleFacts;
};

/** Values on which comparisons of JavaScript differ from those that one expects. */
const SCALARS: readonly unknown[] = [null, true, false, 0, -0, 1, 2, 9, 10, Number.NaN, '', '1', '9', '10', 'ab', 'b'];
const LISTS: readonly unknown[] = [[], [1, 'ab'], ['9', 10, null], [true, [1]], [0, 2, 'b']];
const OBJECTS: readonly unknown[] = [{}, { p: 1, q: [1, 2, 'b'] }, { p: { s: 'ab' }, q: [{ s: 9 }, { s: 10 }] }];
const PATHS = ['$.p', '$.q', '$.q[0]', '$.q[1].s', '$.p.s', '$..s', '$.q[*]', '$.q[?(@ > 1)]', 'p', '$', '$.none', '$.q.length', '$.p.constructor', '$.q.push'];
const PLAIN = ['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain', 'lessThan', 'lessThanInclusive'];
const OPERATORS = [...PLAIN, 'greaterThan', 'greaterThanInclusive'];
const DECORATORS = ['someFact', 'everyFact', 'someValue', 'everyValue', 'swap', 'not'];

const constant = fc.oneof(
  { arbitrary: fc.constantFrom(...SCALARS), weight: 6 },
  { arbitrary: fc.constantFrom(...LISTS), weight: 3 },
  { arbitrary: fc.constantFrom(...OBJECTS), weight: 1 },
);
const path = fc.option(fc.constantFrom(...PATHS), { nil: undefined, freq: 4 });
const asks = fc
  .record({
    fact: fc.oneof({ arbitrary: fc.constant('property'), weight: 9 }, fc.constantFrom('occupancy', 'nobody_knows_it')),
    name: fc.constantFrom('a', 'b', 'c', 'a', 'b', 'c', 'd', 'fails'),
    path,
  })
  .map(({ fact, name, path }) => ({
    fact,
    ...(fact === 'property' ? { params: { name } } : {}),
    ...(path === undefined ? {} : { path }),
  }));
const operator = fc
  .record({
    decorators: fc.oneof(
      { arbitrary: fc.constant([]), weight: 3 },
      { arbitrary: fc.array(fc.constantFrom(...DECORATORS), { minLength: 1, maxLength: 3 }), weight: 1 },
    ),
    name: fc.oneof(
      { arbitrary: fc.constantFrom(...OPERATORS), weight: 40 },
      fc.constantFrom('almostEqual', 'never:equal', ':equal', 'constructor'),
    ),
  })
  .map(({ decorators, name }) => [...decorators, name].join(':'));
const beside = fc.oneof(
  { arbitrary: fc.constant({}), weight: 3 },
  { arbitrary: fc.constantFrom(-1, 0, 1, 2, 10).map((priority) => ({ priority })), weight: 2 },
);
const onFact = fc
  .tuple(asks, operator, fc.oneof({ arbitrary: constant, weight: 5 }, { arbitrary: asks, weight: 1 }), beside)
  .map(([asked, operator, value, more]) => ({ ...asked, operator, value, ...more }) as unknown as Condition);

/**
 * Conditions of all, any and not, nested, with references to others; to no unknown ones, for which the npm engine leaves
 * failures of their neighbours to nobody.
 */
const { condition, top } = fc.letrec<{ condition: Condition; top: Condition }>((tie) => {
  const parts = fc.array(tie('condition'), { maxLength: 4 });
  return {
    condition: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { arbitrary: onFact, weight: 5 },
      { arbitrary: tie('top'), weight: 3 },
    ),
    top: fc
      .tuple(
        fc.oneof(
          { arbitrary: parts.map((all): Condition => ({ all })), weight: 4 },
          { arbitrary: parts.map((any): Condition => ({ any })), weight: 4 },
          { arbitrary: tie('condition').map((not): Condition => ({ not })), weight: 2 },
          { arbitrary: fc.constantFrom('x', 'y').map((name): Condition => ({ condition: name })), weight: 1 },
        ),
        beside,
      )
      .map(([inner, more]) => ({ ...inner, ...more })),
  };
});

const rule = (conditions: Condition, id: string): LoadedRule => ({
  file: `${id}.json`,
  rule: {
    id,
    title: id,
    severity: 'fault',
    clauses: [],
    on: { properties: ['a'] },
    conditions,
    event: { type: 'raise_alarm', params: { alarm: 'device_silent' } },
  },
});

/** Draws `count` rules with what they ask, without end. */
export function randomRules(count: number): fc.Arbitrary<RandomRules> {
  return fc
    .record({
      conditions: fc.array(top, { minLength: count, maxLength: count }),
      x: condition.filter((one) => !('fact' in one)),
      y: condition.filter((one) => !('fact' in one || JSON.stringify(one).includes('"condition"'))),
      values: fc.record({ a: constant, b: constant, c: constant, d: fc.constant(undefined) }),
    })
    .map(({ conditions, x, y, values }) => ({
      // Copies: a list in a rule is never the very list that a fact says.
      rules: conditions.map((each, index) => rule(structuredClone(each), `r${index}`)),
      // `x` may refer to `y`, and to nothing that leads back to itself: the npm engine would never end.
      shared: structuredClone({ x: withoutX(x), y }),
      facts: (fact, params) => {
        const name = fact === 'property' ? String(params['name']) : fact;
        if (name === 'fails') throw new Error('nobody can know');
        return fact === 'occupancy' ? 'ab' : values[name as keyof typeof values];
      },
    }));
}

function withoutX(condition: Condition): Condition {
  return JSON.parse(JSON.stringify(condition), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && 'condition' in value && value.condition === 'x'
      ? { ...value, condition: 'y' }
      : value,
  ) as Condition;
}
