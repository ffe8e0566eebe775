import { describe, expect, it } from 'vitest';
import { type PlanWords, parsePlan } from './parsePlan.ts';

describe('the plan of a roll-out', () => {
  it('has stages, a budget and a sample where nobody says otherwise', () => {
    expect(parsePlan({})).toEqual({
      stages: [1, 10, 100],
      waitMs: null,
      budget: { newlyDenied: 0.005, newlyRaw: { cells: 0 }, errors: 0, p99Ms: 50, fromCells: 100 },
      sample: 1,
      rulesLast: false,
      scenario: null,
    });
  });

  it('is read in words', () => {
    const budget = { newly_denied: '2.5%', newly_raw: '1 %', errors: null, p99: '0.2s', from_cells: 10 };
    const words = { stages: [0.01, 33.33, 100], budget, wait: '24h', sample: '10%', rules: 'last' } as const;
    expect(parsePlan(words)).toMatchObject({
      stages: [0.01, 33.33, 100],
      waitMs: 86_400_000,
      budget: { newlyDenied: 0.025, newlyRaw: { share: 0.01 }, errors: null, p99Ms: 200, fromCells: 10 },
      sample: 0.1,
      rulesLast: true,
    });
    expect(parsePlan({ budget: { newly_raw: '12' } }).budget.newlyRaw).toEqual({ cells: 12 });
    expect(parsePlan({ budget: { newly_denied: null } }).budget).toMatchObject({ newlyDenied: null, errors: 0 });
  });

  it.each<[string, string, unknown]>([
    ['has another member', '', { stage: 1 }],
    ['is no object', '', null],
    ['does not end with all homes', '/stages', { stages: [1, 10] }],
    ['falls', '/stages', { stages: [10, 1, 100] }],
    ['covers fewer homes than are numbered', '/stages', { stages: [0.001, 100] }],
    ['has shares that are no numbers', '/stages/0', { stages: ['1', 100] }],
    ['bounds a share above all', '/budget/newly_denied', { budget: { newly_denied: '101%' } }],
    ['bounds by words', '/budget/newly_raw', { budget: { newly_raw: 'few' } }],
    ['bounds by less than nothing', '/budget/errors', { budget: { errors: -1 } }],
    ['waits for no time', '/wait', { wait: '0h' }],
    ['waits without a unit', '/wait', { wait: '24' }],
    ['compares nothing', '/sample', { sample: '0%' }],
  ])('is refused with its place when it %s', (_title, path, words) => {
    const refusal = { code: 'policy:rollout.plan', place: { path } };
    expect(() => parsePlan(words)).toThrow(expect.objectContaining(refusal));
  });

  it('reads a scenario before anything begins', () => {
    const words: PlanWords = { scenario: 'name: x' };
    expect(() => parsePlan(words)).toThrow(expect.objectContaining({ code: 'scenario:document.invalid' }));
  });
});
