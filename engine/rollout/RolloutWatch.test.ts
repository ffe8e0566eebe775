import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Breach, ObservedImpact, RolloutBudget } from '../../trust/activations/RolloutRecord.ts';
import type { Outcome } from '../../twin/words.ts';
import type { Bundle, StagedDecision } from '../Bundles.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { RolloutWatch } from './RolloutWatch.ts';

/** The former bundle allows those who come from home, and counts how often it is asked. */
let asked = 0;
const former: Bundle = {
  id: 'former',
  rules: [],
  at: () => ({
    announced: [],
    evaluator: {
      readSet: [],
      evaluate: ({ subject }) => {
        asked += 1;
        const reason = { code: 'rule', policy: 'p', rule: 'r', clauses: [] } as never;
        const permit = { outcome: 'raw', obligations: [], reason } as const;
        return { permits: subject.tier === 'home' ? [permit] : [], caps: [], denies: [], errors: [] };
      },
    },
  }),
};
const bounds: RolloutBudget = { newlyDenied: 0.5, newlyRaw: { cells: 0 }, errors: 0, p99Ms: 50, fromCells: 10 };

function decision(
  outcome: Outcome,
  more: Partial<StagedDecision> & { readonly tier?: 'home' | 'city' } = {},
): StagedDecision {
  const { tier = 'home', cells = 1, ms = 0.1 } = more;
  const input = {
    subject: { tier, organisation: null },
    resource: { type: 'property', label: { category: 'environment' } },
  } as PolicyInput;
  const asking = { action: 'read', purpose: 'own_use' } as StagedDecision['decision']['asking'];
  const at = '2026-11-04T05:20:00.000Z';
  return { decision: { asking, input, at, outcome, obligations: [], errors: [] }, cells, ms };
}

/** Resolves when nothing waits to be compared any more. */
async function compared(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await setImmediate();
}

let now = 0;
let breaches: (readonly Breach[])[] = [];
function watch(budget: Partial<RolloutBudget> = {}, sample = 1, before: ObservedImpact | null = null): RolloutWatch {
  return new RolloutWatch({
    plan: { budget: { ...bounds, ...budget }, sample },
    former,
    clock: { now: () => now, after: () => () => undefined },
    before,
    onBreach: (broken) => breaches.push(broken),
  });
}
beforeEach(() => {
  [asked, now, breaches] = [0, 0, []];
});

describe('watching a staged bundle', () => {
  it('decides nothing while a decision is on its way, and compares it when nothing else waits', async () => {
    const watching = watch({ newlyRaw: null });
    watching.note(decision('raw', { cells: 3 }));
    watching.note(decision('denied', { cells: 1 }));
    watching.note(decision('raw', { tier: 'city' }));
    expect(asked).toBe(0);
    await compared();
    expect(asked).toBe(3);
    const { decided, total, lines } = watching.observed;
    expect(decided).toBe(5);
    expect(total).toEqual({
      cells: 5,
      allowedBefore: 4,
      allowed: 5,
      changed: 2,
      newlyDenied: 1,
      newlyRaw: 1,
      errors: 0,
    });
    expect(lines.map(({ of, counts }) => [of.tier, counts.cells])).toEqual([
      ['city', 1],
      ['home', 4],
    ]);
  });

  it('says once that the budget is broken, and counts no further', async () => {
    const watching = watch();
    for (let index = 0; index < 40; index++) watching.note(decision(index % 4 === 0 ? 'raw' : 'denied'));
    await compared();
    expect(breaches).toMatchObject([[{ measure: 'newly_denied', most: '50 %' }]]);
    watching.note(decision('denied'));
    await compared();
    expect(breaches).toHaveLength(1);
    expect(watching.observed.decided).toBe(40);
  });

  it('is not soothed by the good of long ago', async () => {
    const watching = watch();
    watching.note(decision('raw', { cells: 1_000_000 }));
    await compared();
    now = 60_000;
    watching.note(decision('raw'));
    await compared();
    watching.note(decision('denied', { cells: 20 }));
    await compared();
    expect(breaches).toMatchObject([[{ measure: 'newly_denied', found: '20 of 20 cells (100.00 %)' }]]);
  });

  it('breaks by slow decisions, most of which were never compared, once there are enough', async () => {
    const watching = watch({ fromCells: 1 }, 0.01);
    const note = (ms: number, times: number) => {
      for (let index = 0; index < times; index++) watching.note(decision('raw', { ms }));
    };
    note(60, 3);
    note(1, 196);
    await compared();
    expect(breaches).toEqual([]);
    note(1, 1);
    await compared();
    expect(watching.observed.p99Ms).toBeGreaterThan(50);
    expect(breaches).toMatchObject([[{ measure: 'p99', most: '50 ms' }]]);
  });

  it('compares the share that is sampled', async () => {
    const watching = watch({}, 0.1);
    for (let index = 0; index < 100; index++) watching.note(decision('raw'));
    await compared();
    expect(watching.observed).toMatchObject({ decided: 100, total: { cells: 10 } });
  });

  it('skips what comes too fast and says how much', async () => {
    const watching = watch();
    for (let index = 0; index < 10_005; index++) watching.note(decision('raw'));
    expect(watching.observed.skipped).toBe(5);
    watching.close();
  });

  it('goes on with what was counted before a restart', async () => {
    const first = watch();
    for (let index = 0; index < 6; index++) first.note(decision('denied'));
    await compared();
    const second = watch({}, 1, JSON.parse(JSON.stringify(first.observed)) as ObservedImpact);
    expect(second.observed).toEqual({ ...first.observed, p99Ms: null });
    for (let index = 0; index < 4; index++) second.note(decision('denied'));
    await compared();
    expect(breaches).toMatchObject([[{ found: '10 of 10 cells (100.00 %)' }]]);
  });

  it('compares nothing any more when it is over', async () => {
    const watching = watch();
    watching.note(decision('denied'));
    watching.close();
    await compared();
    expect(asked).toBe(0);
  });
});
