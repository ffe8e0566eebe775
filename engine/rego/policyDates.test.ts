import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalsOf } from './intervals.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import { dateProblems, datesOfModules, type PolicyDates, parseDate, readDates } from './policyDates.ts';
import { timetable } from './timetable.ts';

describe('parseDate', () => {
  it.each([
    ['2026-09-01', '2026-08-31T16:00:00.000Z'],
    ['2026-09-01T06:00:00+08:00', '2026-08-31T22:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('reads `%s`', (text, instant) => {
    expect(new Date(parseDate(text)!).toISOString()).toBe(instant);
  });

  it.each(['', '2026-9-1', '2026-02-30', '2026-13-01', '2026-09-01T06:00:00', '2026-09-01T25:00:00Z', 'tomorrow'])(
    'does not take `%s`',
    (text) => {
      expect(parseDate(text)).toBeNull();
    },
  );
});

describe('the dates of a package', () => {
  const whole = { announced: '2026-01-01', in_force: '2026-02-01' };

  it.each([
    [{ ...whole, in_force: 'soon' }, ['policy:date.invalid']],
    [{ ...whole, announced: 'x', repealed: '2026-02-30' }, ['policy:date.invalid', 'policy:date.invalid']],
    [{ ...whole, announced: '2026-03-01' }, ['policy:date.contradictory']],
    [{ ...whole, repealed: '2026-02-01' }, ['policy:date.contradictory']],
    [{ ...whole, repealed: '2026-02-01T00:00:01+08:00' }, []],
  ])('of %j have the problems %j', (custom, codes) => {
    expect(dateProblems(custom).map(({ code }) => code)).toEqual(codes);
    expect(readDates(custom) === null).toBe(codes.length > 0);
  });

  it('are read from the text before anything is compiled', () => {
    const source =
      '# METADATA\n# title: t\n# custom:\n#   announced: "2026-01-01"\n#   in_force: "2026-02-01"\npackage a.b\n';
    const modules = [
      { file: 'a.rego', source: 'package a.b\n' },
      { file: 'b.rego', source },
      { file: 'c.rego', source: '# METADATA\n# title: [\npackage c\n' },
    ];
    expect(datesOfModules(modules)).toEqual(new Map([['a.b', readDates(whole)]]));
  });
});

/** Dates on few days, so that many fall together. */
const day = fc.integer({ min: 1, max: 9 }).map((second) => second * 1000);
const anyDates = fc.tuple(day, day, fc.option(day)).map(([announced, inForce, repealed]): PolicyDates => {
  const starts = Math.max(announced, inForce);
  return { announced, inForce: starts, repealed: repealed === null ? Infinity : Math.max(starts + 1000, repealed) };
});
const anyPolicies = fc.array(anyDates, { maxLength: 6 }).map((all) => new Map(all.map((dates, n) => [`p${n}`, dates])));
const holds = ({ inForce, repealed }: PolicyDates, instant: number) => inForce <= instant && instant < repealed;
const inForceAt = (all: ReadonlyMap<string, PolicyDates>, instant: number) =>
  [...all].filter(([, dates]) => holds(dates, instant)).map(([policy]) => policy);

describe('the intervals between dates', () => {
  it('follow each other without a gap, and each has just the policies that hold in it', () => {
    fc.assert(
      fc.property(anyPolicies, (all) => {
        const intervals = intervalsOf([...all.keys()], all);
        expect(intervals[0]!.from).toBe(-Infinity);
        expect(intervals.at(-1)).toMatchObject({ until: Infinity, entrypoint: 'main/verdict' });
        expect(intervals.slice(1).map(({ from }) => from)).toEqual(intervals.slice(0, -1).map(({ until }) => until));
        expect(new Set(intervals.map(({ entrypoint }) => entrypoint)).size).toBe(intervals.length);
        for (const { from, until, policies } of intervals) {
          for (const instant of [from, until - 1].filter(Number.isFinite)) {
            expect(policies).toEqual(inForceAt(all, instant));
          }
        }
      }),
    );
  });
});

describe('a timetable', () => {
  it('gives what is in force at any instant, whatever was asked before, and later only what is announced', () => {
    fc.assert(
      fc.property(
        anyPolicies,
        fc.array(fc.integer({ min: 0, max: 11_000 }), { minLength: 1, maxLength: 30 }),
        (all, asked) => {
          const namesOf = new Map<PolicyEvaluator, readonly string[]>();
          let opened = 0;
          const intervals = intervalsOf([...all.keys()], all);
          const at = timetable({
            intervals,
            dates: all,
            open: ({ policies }) => {
              opened += 1;
              const evaluator: PolicyEvaluator = { readSet: [], evaluate: () => expect.fail('nothing is asked') };
              namesOf.set(evaluator, policies);
              return evaluator;
            },
          });
          for (const instant of asked) {
            const { evaluator, announced } = at(instant);
            expect(namesOf.get(evaluator)).toEqual(inForceAt(all, instant));
            for (const later of announced) {
              expect(later.from).toBeGreaterThan(instant);
              const names = namesOf.get(later.evaluator)!;
              expect(names).toEqual(inForceAt(all, later.from));
              for (const name of names) expect(all.get(name)!.announced).toBeLessThanOrEqual(instant);
            }
            const next = intervals.find(({ from }) => from > instant);
            const known = next?.policies.every((policy) => all.get(policy)!.announced <= instant);
            expect(announced[0]?.from).toBe(known ? next!.from : undefined);
            expect(at(instant)).toBe(at(instant));
          }
          expect(opened).toBeLessThanOrEqual(intervals.length);
        },
      ),
    );
  });
});
