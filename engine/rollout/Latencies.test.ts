import { expect, it } from 'vitest';
import { Latencies } from './Latencies.ts';

it('tells to a tenth how long a share took', () => {
  const latencies = new Latencies();
  expect(latencies.quantile(0.99)).toBeNull();
  for (let ms = 1; ms <= 1_000; ms++) latencies.add(ms / 10);
  for (const share of [0.01, 0.5, 0.99, 1]) {
    const exact = share * 100;
    const told = latencies.quantile(share)!;
    expect(told).toBeGreaterThanOrEqual(exact * 0.999);
    expect(told).toBeLessThanOrEqual(exact * 1.11);
  }
});

it('takes in what is shorter and longer than it tells apart', () => {
  const latencies = new Latencies();
  latencies.add(0);
  expect(latencies.quantile(1)).toBe(0.001);
  latencies.add(1e9);
  expect(latencies.quantile(1)).toBeGreaterThan(10_000);
});
