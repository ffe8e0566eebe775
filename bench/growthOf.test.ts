import { describe, expect, it } from 'vitest';
import { growthOf, heapVerdict } from './growthOf.ts';

const HOUR = 10_000;

describe('growthOf', () => {
  it('is the slope of samples, whatever their noise', () => {
    expect(growthOf([5, 7, 9, 11])).toBe(2);
    expect(growthOf([5, 9, 5, 9, 5])).toBe(0);
  });
});

describe('heapVerdict', () => {
  it('calls a heap flat that fills in the first hours and then swings', () => {
    expect(heapVerdict([40e6, 60e6, 62e6, 61.8e6, 62.1e6, 61.9e6, 62e6, 62e6], HOUR).isFlat).toBe(true);
  });

  it('calls a hundred bytes that are left of each message a leak', () => {
    const heaps = Array.from({ length: 8 }, (_, hour) => 60e6 + hour * HOUR * 100 + (hour % 2) * 200_000);
    const { growth, isFlat } = heapVerdict(heaps, HOUR);
    expect(isFlat).toBe(false);
    expect(growth).toBeCloseTo(100, -1);
  });
});
