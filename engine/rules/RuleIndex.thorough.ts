import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWakes } from './shelves/compareWakes.ts';
import { randomEvent, randomWakes } from './shelves/testdata/randomWakes.ts';

const ROUNDS = Number(process.env['TWINWARD_RULE_ROUNDS'] ?? 10_000);

it('finds of random rules all that hold', () => {
  const seed = Number(process.env['TWINWARD_SEED'] ?? Date.now() % 0x7fff_ffff);
  const count = { found: 0, wanted: 0, matched: 0 };
  fc.assert(
    fc.property(randomWakes, fc.array(randomEvent, { minLength: 3, maxLength: 3 }), (all, events) => {
      for (const event of events) {
        const { found, wanted, tried } = compareWakes(all, event);
        expect(found).toEqual(wanted);
        count.found += tried.found;
        count.wanted += tried.wanted;
        count.matched += found.length;
      }
    }),
    { seed, numRuns: ROUNDS },
  );
  console.log(`seed ${seed}: ${count.matched} matched of ${count.found} tried, ${count.wanted} without the index`);
  expect(count.matched).toBeGreaterThan(ROUNDS / 2);
  expect(count.found).toBeLessThan(count.wanted / 2);
});
