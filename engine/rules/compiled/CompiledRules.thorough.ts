import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareRuleEvaluators } from './compareRuleEvaluators.ts';
import { randomRules } from './testdata/randomRules.ts';

const ROUNDS = Number(process.env['TWINWARD_RULE_ROUNDS'] ?? 10_000);
const RULES = 4;

it('answers random rules and events as the npm engine does', async () => {
  const seed = Number(process.env['TWINWARD_SEED'] ?? Date.now() % 0x7fff_ffff);
  const count = { matches: 0, failures: 0 };
  await fc.assert(
    fc.asyncProperty(randomRules(RULES), async ({ rules, shared, facts }) => {
      const { answer, difference } = await compareRuleEvaluators(rules, { shared, facts });
      expect(difference).toBeNull();
      count.matches += answer.matches.length;
      count.failures += answer.failures.length;
    }),
    { seed, numRuns: ROUNDS },
  );
  console.log(`seed ${seed}: ${ROUNDS * RULES} rules, ${count.matches} matched, ${count.failures} failed`);
  // Rules that hardly ever match or fail would show nothing.
  expect(count.matches).toBeGreaterThan(ROUNDS * RULES * 0.2);
  expect(count.failures).toBeGreaterThan(ROUNDS * RULES * 0.05);
});
