import { describe, expect, it } from 'vitest';
import { requireFacts } from './requireFacts.ts';

describe('requireFacts', () => {
  it('lets through what is a fact, above one or in one', () => {
    requireFacts([['purpose'], ['resource'], ['resource', 'label', 'grade'], ['context', '*'], []], 'the policies');
  });

  it.each([
    [['claims', 'age'], 'claims.age', /what a caller says/],
    [['resource', 'home', 'temperature'], 'resource.home.temperature', /input\.schema\.json/],
  ])('refuses %j by its name', (path, name, hint) => {
    expect(() => requireFacts([['purpose'], path], 'the proposed policies')).toThrow(
      expect.objectContaining({
        code: 'scenario:fact.uncounted',
        message: `the proposed policies read \`input.${name}\`, which no census can count`,
        hint: expect.stringMatching(hint),
      }),
    );
  });
});
