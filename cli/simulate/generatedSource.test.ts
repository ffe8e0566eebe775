import { describe, expect, it } from 'vitest';
import { generatedSource } from './generatedSource.ts';
import { simulator } from './simulator.ts';

const UNHEARD_OF = { code: 'scenario:population.invalid', place: { path: '/population' } };

describe('a generated city', () => {
  it('is read as large as it is said to be', () => {
    expect(generatedSource({ seed: 1, homes: 30 })?.source.size).toBe(30);
  });

  it.each([
    { seed: 1, homes: 10_000_001 },
    { seed: 1, homes: 0 },
    { seed: 1, homes: 2.5 },
    { seed: -1, homes: 30 },
  ])('is refused at once with $homes homes and the seed $seed, and so is a fork of it', (size) => {
    expect(() => generatedSource(size)).toThrow(expect.objectContaining(UNHEARD_OF));
    expect(() => generatedSource({ fork: { of: size, changes: [] } })).toThrow(expect.objectContaining(UNHEARD_OF));
    const request = { scenario: { name: 'property_manager' }, proposed: 'quick_fix', ...size };
    expect(() => simulator.prepare(request)).toThrow(expect.objectContaining(UNHEARD_OF));
  });
});
