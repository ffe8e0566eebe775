import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, GuardedAnswer } from '../../../twin/changes.ts';
import { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import { OUTCOMES } from '../../../twin/words.ts';
import { NOBODY, type Subject } from '../../AccessRequest.ts';
import type { ScenarioQuestion } from '../questionsOf.ts';
import type { ReportAreas } from '../reportAreasOf.ts';
import type { Scenario } from '../Scenario.ts';
import { assertFew, assertFixed } from './assertFixed.ts';
import { EFFECTS, effectOf } from './effects.ts';
import { GUARD_TERMS } from './guardTerms.ts';
import { noiseStream } from './noiseStream.ts';
import { PerturbationTable } from './PerturbationTable.ts';
import { PrivacyBudget, snapshotDay } from './PrivacyBudget.ts';
import { payFor } from './payFor.ts';
import { privacyBound } from './privacyBound.ts';
import { rightOf } from './rightOf.ts';
import { shareOut } from './shareOut.ts';
import { suppress } from './suppress.ts';

const secret = Buffer.alloc(32, 7);

describe('the perturbation table', () => {
  it('adds noise of mean 0 and the width asked for, evenly to both sides and never beyond its end', () => {
    const table = new PerturbationTable(6);
    const uniform = noiseStream(secret, 'moments');
    const drawn = Array.from({ length: 50_000 }, () => table.deviation(uniform()));
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const variance = drawn.reduce((sum, one) => sum + one ** 2, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.sqrt(variance)).toBeCloseTo(6, 0);
    expect([table.deviation(0), table.deviation(1 - 2 ** -53)]).toEqual([-table.most, table.most]);
    expect(table.deviation(0.5)).toBe(0);
  });

  it('gives away by the counts themselves what its width says', () => {
    for (const sigma of [1, 6, 27.4, 300]) {
      expect(new PerturbationTable(sigma).divergence).toBeCloseTo(1 / (2 * sigma ** 2), 8);
    }
  });

  it('draws the same for the same secret and name, and nothing alike for another', () => {
    const take = (key: Uint8Array, name: string) => Array.from({ length: 20_000 }, noiseStream(key, name));
    expect(take(secret, 'a')).toEqual(take(secret, 'a'));
    expect(take(secret, 'a').slice(0, 3)).not.toEqual(take(secret, 'b').slice(0, 3));
    expect(take(secret, 'a').slice(0, 3)).not.toEqual(take(Buffer.alloc(32, 8), 'a').slice(0, 3));
    expect(take(secret, 'a').every((one) => one >= 0 && one < 1)).toBe(true);
  });
});

describe('a table', () => {
  it('adds up: parts are whole numbers from 0 on, in the order of their estimates', () => {
    const estimates = fc.array(fc.integer({ min: -500, max: 5_000 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(estimates, fc.integer({ min: 1, max: 20_000 }), (parts, total) => {
        const shares = shareOut(parts, total);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
        expect(shares.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
        for (const [at, part] of parts.entries()) {
          for (const [other, than] of parts.entries())
            if (part > than) expect(shares[at]!).toBeGreaterThanOrEqual(shares[other]!);
        }
      }),
    );
  });

  it('leaves parts as they are that add up already', () => {
    expect(shareOut([5, 0, 7], 12)).toEqual([5, 0, 7]);
    expect(shareOut([-4, 10, 10], 20)).toEqual([0, 10, 10]);
  });

  it('withholds so much that what is withheld can lie anywhere in a range of the least number of homes', () => {
    const least = 10;
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 2, maxLength: 12 }), (parts) => {
        const told = suppress(parts, least);
        const withheld = parts.filter((_, at) => !told[at]);
        expect(parts.every((part, at) => !told[at] || part >= least)).toBe(true);
        if (withheld.length === 0) return;
        // All that is known of them: none is negative, and what they are together. So each can be anything up to that.
        const together = withheld.reduce((sum, part) => sum + part, 0);
        const isNothingTold = told.every((one) => !one);
        expect(withheld.length).toBeGreaterThan(1);
        expect(isNothingTold || together >= least).toBe(true);
      }),
    );
  });
});

describe('the bound', () => {
  it('lies above what the best test makes of Gaussian noise, and never above certainty', () => {
    for (let rho = 0.001; rho < 8; rho *= 1.3) {
      const { accuracy } = privacyBound(rho);
      expect(accuracy).toBeGreaterThanOrEqual(normalUpTo(Math.sqrt(2 * rho) / 2));
      expect(accuracy).toBeLessThanOrEqual(1);
    }
  });

  it('is what the terms of this product say', () => {
    const { rhoOfUnit, unitsOfOrganisation, unitsOfAll } = GUARD_TERMS;
    expect(privacyBound(rhoOfUnit * unitsOfOrganisation).accuracy).toBeCloseTo(0.6, 10);
    expect(privacyBound(rhoOfUnit * unitsOfAll).accuracy).toBeCloseTo(0.724, 3);
  });
});

describe('an effect', () => {
  it('is every pair of outcomes, and whether what stays has other obligations', () => {
    expect(EFFECTS).toHaveLength(OUTCOMES.length ** 2 + OUTCOMES.length);
    expect(new Set(EFFECTS.map((effect) => JSON.stringify(effect))).size).toBe(EFFECTS.length);
  });

  it('goes furthest when it opens most, and least when nothing changes', () => {
    const decided = (outcome: (typeof OUTCOMES)[number]) => ({ outcome, obligations: [], reasons: [], errors: [] });
    const order = [
      ['denied', 'raw'],
      ['aggregate', 'raw'],
      ['reduced', 'raw'],
      ['raw', 'denied'],
      ['raw', 'reduced'],
      ['raw', 'raw'],
      ['denied', 'denied'],
    ] as const;
    const numbers = order.map(([from, to]) => effectOf(decided(from), decided(to)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(EFFECTS[numbers[0]!]).toEqual({ from: 'denied', to: 'raw', obligations: 'unchanged' });
  });
});

describe('the right of a reader', () => {
  const aggregate = { type: 'aggregate', k: 10, area: 'community', window: 'P1D' } as const;

  it('is exact where all may be known, tables where statistics may, and else nothing', () => {
    expect(rightOf({ outcome: 'raw', obligations: [{ type: 'audit' }] })).toEqual({ kind: 'exact' });
    const guarded = { kind: 'guarded', k: 10, level: 'community' };
    expect(rightOf({ outcome: 'aggregate', obligations: [aggregate, { type: 'audit' }] })).toEqual(guarded);
    expect(rightOf({ outcome: 'denied', obligations: [] })).toEqual({ kind: 'none' });
  });

  it('is nothing where a decision says something that nobody carries out', () => {
    expect(rightOf({ outcome: 'raw', obligations: [{ type: 'mask', method: 'suppress' }] })).toEqual({ kind: 'none' });
    expect(rightOf({ outcome: 'raw', obligations: [aggregate] })).toEqual({ kind: 'none' });
    expect(rightOf({ outcome: 'aggregate', obligations: [] })).toEqual({ kind: 'none' });
    expect(rightOf({ outcome: 'aggregate', obligations: [{ ...aggregate, k: 0 }] })).toEqual({ kind: 'none' });
    expect(rightOf({ outcome: 'reduced', obligations: [aggregate] })).toEqual({ kind: 'none' });
  });
});

describe('a scenario for tables', () => {
  const scenario: Scenario = {
    name: 's',
    title: 's',
    question: 's',
    at: '2027-07-20T14:00:00+08:00',
    population: 'live',
    area: 'city',
    requesters: [{ id: 'office', tier: 'city' }],
    actions: ['read'],
    purposes: ['care'],
  };
  const graph = new TwinGraph();
  for (const [id, level, parent] of [
    ['city', 'city', null],
    ['block', 'building', 'city'],
  ] as const) {
    graph.apply({ kind: 'area_added', area: { id, level, name: id, parent } });
  }
  const refusal = (changed: object) => () => assertFixed({ ...scenario, ...changed }, { level: 'community', graph });

  it('asks for categories of areas no finer than the right, and of no person', () => {
    expect(refusal({})).not.toThrow();
    expect(refusal({ report_by: 'community', categories: ['environment'] })).not.toThrow();
    const refused = (path: string) => expect.objectContaining({ code: 'scenario:guard.refused', place: { path } });
    expect(refusal({ population: { at: '2027-01-01T00:00:00Z' } })).toThrow(refused('/population'));
    expect(refusal({ grades: ['core'] })).toThrow(refused('/grades'));
    expect(refusal({ properties: ['temperature'] })).toThrow(refused('/properties'));
    expect(refusal({ report_by: 'building' })).toThrow(refused('/report_by'));
    expect(refusal({ area: 'block' })).toThrow(refused('/area'));
    expect(refusal({ requesters: [{ id: 'x', tier: 'home', person: 'ann' }] })).toThrow(
      refused('/requesters/0/person'),
    );
  });

  it('comes to few requesters, and to no area that is finer', () => {
    const questions = Array.from({ length: 21 }, (_, id) => ({ requester: `${id}` })) as unknown as ScenarioQuestion[];
    const areas = (level: 'building' | 'community') => ({ ids: ['x'], levelOf: () => level }) as unknown as ReportAreas;
    const few = questions.slice(1);
    expect(() => assertFew({ questions: few, areas: areas('community') }, 'community')).not.toThrow();
    const refused = expect.objectContaining({ code: 'scenario:guard.refused' });
    expect(() => assertFew({ questions, areas: areas('community') }, 'community')).toThrow(refused);
    expect(() => assertFew({ questions: few, areas: areas('building') }, 'community')).toThrow(refused);
  });

  it('says nothing that nobody has shown to be safe', () => {
    expect(refusal({ homes: ['home-1'] })).toThrow(expect.objectContaining({ place: { path: '/homes' } }));
  });
});

describe('the budget', () => {
  const officer: Subject = {
    ...NOBODY,
    account: 'ann',
    organisation: { id: 'office', kind: 'regulator' },
    tier: 'province',
  };
  const scenario = { name: 's', area: 'city', at: '2027-07-20T14:00:00+08:00' } as unknown as Scenario;
  const right = { kind: 'guarded', k: 10, level: 'community' } as const;

  function purse() {
    const graph = new TwinGraph();
    const commit = async (changes: readonly Change[]) => {
      await Promise.resolve();
      for (const change of changes) graph.apply(change);
    };
    const budget = new PrivacyBudget({ graph, commit });
    const pay = (
      of: {
        day?: string;
        proposed?: string;
        units?: number;
        subject?: Subject;
        state?: string;
        scenario?: Scenario;
      } = {},
    ) =>
      budget.pay({
        subject: of.subject ?? officer,
        right,
        scenario: of.scenario ?? scenario,
        bundles: { baseline: 'a', proposed: of.proposed ?? 'b' },
        day: of.day ?? '2027-07-20',
        state: of.state ?? '9.0',
        units: of.units ?? 1,
      });
    return { graph, pay };
  }

  it('counts a question once a day, whoever of the organisation asks it and whatever it is called', async () => {
    const { graph, pay } = purse();
    const first = await pay();
    expect(await pay({ subject: { ...officer, account: 'ben' } })).toEqual(first);
    expect(await pay({ scenario: { ...scenario, name: 'other', title: 'other' } })).toEqual(first);
    expect(first.left).toBe(19);
    expect(graph.guardedAnswers.get('office')).toHaveLength(1);
    const others = [await pay({ proposed: 'c' }), await pay({ units: 2 }), await pay({ day: '2027-07-21' })];
    expect(new Set([first, ...others].map(({ name }) => name)).size).toBe(4);
    expect(others.at(-1)!.left).toBe(15);
  });

  it('is one for all accounts of an organisation, and is not overdrawn by asking at once', async () => {
    const { graph, pay } = purse();
    const asked = Array.from({ length: 40 }, (_, at) =>
      pay({ proposed: `draft ${at}`, subject: { ...officer, account: `account ${at % 7}` } }),
    );
    const answered = await Promise.allSettled(asked);
    expect(answered.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(graph.guardedAnswers.get('office')).toHaveLength(20);
    await expect(pay({ proposed: 'one more' })).rejects.toMatchObject({
      code: 'access:guard.budget_spent',
      hint: expect.stringContaining('2028-07-19'),
    });
  });

  it('returns after the term, and not a day before', async () => {
    const { pay } = purse();
    await pay({ units: 20 });
    await expect(pay({ day: '2028-07-18' })).rejects.toMatchObject({ code: 'access:guard.budget_spent' });
    expect((await pay({ day: '2028-07-19' })).left).toBe(19);
  });

  it('bounds what all organisations are answered together, who may share an answer', async () => {
    const { pay } = purse();
    const of = (id: string): Subject => ({ ...officer, organisation: { id, kind: 'regulator' } });
    for (let at = 0; at < 5; at++) await pay({ subject: of(`office ${at}`), units: 20, proposed: `draft ${at}` });
    await expect(pay({ subject: of('office 5'), proposed: 'new' })).rejects.toMatchObject({
      code: 'access:guard.budget_spent',
      message: expect.stringContaining('all organisations together have 0 of 100'),
    });
    expect((await pay({ subject: of('office 5'), units: 20, proposed: 'draft 0' })).left).toBe(0);
  });

  it('is paid again for another state of the homes, and by nobody without an organisation', async () => {
    const { pay } = purse();
    const first = await pay();
    const second = await pay({ state: 'another' });
    expect([second.left, second.name === first.name]).toEqual([18, false]);
    await expect(pay({ subject: { ...officer, organisation: null } })).rejects.toMatchObject({
      code: 'access:guard.no_organisation',
    });
    await expect(pay({ units: 0 })).rejects.toMatchObject({ code: 'scenario:guard.units' });
    await expect(pay({ units: 21 })).rejects.toMatchObject({ code: 'scenario:guard.units' });
  });

  it('gives no answer that could not be kept', async () => {
    const graph = new TwinGraph();
    const budget = new PrivacyBudget({ graph, commit: () => Promise.reject(new Error('the disk is full')) });
    const wanted = {
      subject: officer,
      right,
      scenario,
      bundles: { baseline: 'a', proposed: 'b' },
      day: '2027-07-20',
      state: '',
      units: 1,
    };
    await expect(budget.pay(wanted)).rejects.toThrow('the disk is full');
  });

  it('goes by the day of the place', () => {
    const day = '2027-07-20';
    expect(snapshotDay(Date.parse('2027-07-19T16:00:00Z'))).toEqual({ day, began: Date.parse('2027-07-19T16:00:00Z') });
    expect(snapshotDay(Date.parse('2027-07-20T15:59:59Z')).day).toBe(day);
  });

  it('is counted from what was answered, in whichever order', () => {
    const given: GuardedAnswer = {
      question: 'q',
      organisation: 'o',
      day: '2027-01-01',
      state: '1',
      units: 3,
    };
    const wanted = { ...given, question: 'r', day: '2027-02-01', units: 2 };
    expect(payFor(wanted, new Map([['o', [given]]]))).toEqual({ answer: wanted, left: 15 });
    expect(payFor(given, new Map([['o', [wanted, given]]]))).toEqual({ answer: null, left: 15 });
  });
});

/** The normal distribution function, by Abramowitz and Stegun 26.2.17: right to 7 places. */
function normalUpTo(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
