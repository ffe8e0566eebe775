import fc from 'fast-check';
import { expect, it } from 'vitest';
import { squarify } from './squarify.ts';

const WHOLE = { x: 0, y: 0, width: 6, height: 4 };

it('divides as the published example does', () => {
  const parts = squarify([6, 6, 4, 3, 2, 2, 1], WHOLE).map(({ x, y, width, height }) =>
    [x, y, width, height].map((number) => Math.round(number * 100) / 100),
  );
  expect(parts).toEqual([
    [0, 0, 3, 2],
    [0, 2, 3, 2],
    [3, 0, 1.71, 2.33],
    [4.71, 0, 1.29, 2.33],
    [3, 2.33, 1.2, 1.67],
    [4.2, 2.33, 1.2, 1.67],
    [5.4, 2.33, 0.6, 1.67],
  ]);
});

it('gives each size its share of the whole, within the whole, whatever the sizes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e9), { minLength: 1, maxLength: 60 }), (numbers) => {
      const sizes = numbers.sort((a, b) => b - a);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      for (const [index, { x, y, width, height }] of squarify(sizes, WHOLE).entries()) {
        expect(width * height).toBeCloseTo(total === 0 ? 0 : (sizes[index]! / total) * 24, 6);
        expect(Math.min(x, y, width, height)).toBeGreaterThanOrEqual(-1e-9);
        expect(x + width).toBeLessThanOrEqual(6 + 1e-6);
        expect(y + height).toBeLessThanOrEqual(4 + 1e-6);
      }
    }),
    { numRuns: 200 },
  );
});
