import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '../../engine/canonicalJson.ts';
import type { bruteForce, SlowRules } from '../../engine/census/bruteForce.ts';
import type { RuleSource } from '../../engine/rego/RuleSource.ts';
import type { IdleRules, ImpactReport } from '../../engine/simulate/ImpactReport.ts';

type Rules = Readonly<Record<'before' | 'after', readonly RuleSource[]>>;

/** Everything that a report counts and brute force does, by what each line says of itself. */
export type Comparable = Readonly<Record<(typeof LISTS)[number], ReadonlyMap<string, unknown>>>;

const LISTS = ['all', 'matrix', 'changes', 'areas', 'areaTotals', 'slices', 'idle'] as const;

/** The lines of a report without its witnesses and its order. */
export function countedQuickly(report: ImpactReport): Comparable {
  const { cells, homes, people, minors, elders } = report;
  return {
    all: new Map([['', { cells, homes, people, minors, elders }]]),
    matrix: new Map(
      report.matrix.map(({ cells, homes, people, minors, elders, ...line }) => [
        canonicalJson(line),
        { cells, homes, people, minors, elders },
      ]),
    ),
    changes: new Map(
      report.changes.map(
        ({ cells, homes, people, minors, elders, requesters, witness: _, smallestChange: __, ...line }) => [
          canonicalJson(line),
          {
            ...{ cells, homes, people, minors, elders },
            requesters: Object.fromEntries(requesters.map(({ id, cells }) => [id, cells])),
          },
        ],
      ),
    ),
    areas: new Map(report.areas.map(({ cells, homes, ...line }) => [canonicalJson(line), { cells, homes }])),
    areaTotals: new Map(
      report.areaTotals.map(({ area, level, ...counts }) => [canonicalJson({ area, level }), counts]),
    ),
    slices: new Map(report.slices.map(({ cells, homes, ...line }) => [canonicalJson(line), { cells, homes }])),
    idle: new Map([
      ['neverReached', namesOf(report.neverReached)],
      ['neverDecide', namesOf(report.neverDecide)],
    ]),
  };
}

/** The same of brute force. */
export function countedSlowly(counted: ReturnType<typeof bruteForce>, rules: Rules): Comparable {
  const { requesters: _, ...all } = counted.all;
  const idle = (isIdle: (key: string, rules: SlowRules) => boolean) =>
    Object.fromEntries(
      (['before', 'after'] as const).map((side) => [
        side,
        rules[side]
          .map(({ policy, rule }) => `${policy}/${rule}`)
          .filter((key) => isIdle(key, counted.rules[side]))
          .sort(),
      ]),
    );
  return {
    all: new Map([['', all]]),
    matrix: mapValues(counted.matrix, ({ requesters: _, ...counts }) => counts),
    changes: counted.changes,
    areas: mapValues(counted.areas, ({ cells, homes }) => ({ cells, homes })),
    areaTotals: new Map(
      [...counted.areaTotals.asked].map(([key, { cells, homes }]) => {
        const changed = counted.areaTotals.changing.get(key);
        return [key, { cells, homes, changed: { cells: changed?.cells ?? 0, homes: changed?.homes ?? 0 } }];
      }),
    ),
    slices: mapValues(counted.slices, ({ cells, homes }) => ({ cells, homes })),
    idle: new Map([
      ['neverReached', idle((key, { hold }) => !hold.has(key))],
      ['neverDecide', idle((key, { hold, decide }) => hold.has(key) && !decide.has(key))],
    ]),
  };
}

/** What differs, line by line; nothing when both are equal. */
export function differences(quickly: Comparable, slowly: Comparable): readonly string[] {
  return LISTS.flatMap((list) => {
    const keys = new Set([...quickly[list].keys(), ...slowly[list].keys()]);
    return [...keys].flatMap((key) => {
      const [quick, slow] = [quickly[list].get(key), slowly[list].get(key)];
      if (isDeepStrictEqual(quick, slow)) return [];
      return [`${list} ${key}: the census has ${JSON.stringify(quick)}, brute force ${JSON.stringify(slow)}`];
    });
  });
}

function namesOf(idle: IdleRules) {
  return Object.fromEntries(
    (['before', 'after'] as const).map((side) => [
      side,
      idle[side].map(({ policy, rule }) => `${policy}/${rule}`).sort(),
    ]),
  );
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, toValue: (from: From) => To): ReadonlyMap<string, To> {
  return new Map([...map].map(([key, value]) => [key, toValue(value)]));
}
