import { describe, expect, it } from 'vitest';
import { PairNumbers } from './PairNumbers.ts';

describe('PairNumbers', () => {
  it('numbers pairs from 0 as they come, however many there are, and knows them again', () => {
    const numbers = new PairNumbers();
    const pairs = Array.from({ length: 20_000 }, (_, at) => [at % 137, Math.imul(at, 0x9e3779b1) >>> 0] as const);
    for (const [at, [a, b]] of pairs.entries()) expect(numbers.number(a, b)).toBe(at);
    for (const [at, [a, b]] of pairs.entries()) expect(numbers.number(a, b)).toBe(at);
    expect(numbers.number(1, 2)).not.toBe(numbers.number(2, 1));
    expect(numbers.size).toBe(20_002);
  });
});
