import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Columns } from '../../engine/census/Columns.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { loadValidPolicies, type PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import { MEASURES, type Scenario } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';

const root = join(import.meta.dirname, '../..');
const compiler = new RegoCompiler();
afterAll(() => compiler.close());

const file = join(root, 'simulators/scenarios/property_manager.yaml');
const scenario = parseScenario(readFileSync(file, 'utf8'), file);

describe('limits', () => {
  let sides: { baseline: PolicyBundle; proposed: PolicyBundle };
  let columns: Columns;
  beforeAll(async () => {
    const policies = join(root, 'policies');
    const baseline = await loadValidPolicies(policies, { compiler });
    sides = {
      baseline,
      proposed: await loadValidPolicies(policies, { compiler, draft: join(policies, 'drafts/quick_fix') }),
    };
    columns = await Columns.build(populationSource(cityPopulation({ seed: 4, homes: 600 })));
  });

  const play = (played: Scenario, limits: readonly Limit[] = []): ImpactReport =>
    simulate(played, {
      population: 'city',
      columns,
      limits,
      questions: questionsOf(played, columns.source.graph),
      ...sides,
    });
  const every = MEASURES.map((measure): Limit => ({ measure, at_most: { cells: 0 } }));
  const counted = ({ limits = [] }: ImpactReport) =>
    limits.map(({ measure, cells, homes, of }) => ({ measure, cells, homes, of }));

  it('count what the report counts: cells by the matrix, homes once each', () => {
    const report = play(scenario, every);
    const expected = play({ ...scenario, expect: Object.fromEntries(MEASURES.map((measure) => [measure, 0])) });
    expect(report.limits!.map(({ cells }) => cells)).toEqual(expected.expectations.map(({ cells }) => cells));
    const [changed, allowed] = report.limits!;
    expect(changed).toMatchObject({ homes: report.areaTotals[0]!.changed.homes, met: false });
    expect(changed!.changes).toEqual([...report.changes.keys()]);
    expect(changed!.of).toEqual({ cells: report.cells, homes: report.homes });
    const fromDenied = report.changes.filter(({ from }) => from === 'denied');
    expect(fromDenied).toHaveLength(1);
    expect(allowed).toMatchObject({ cells: fromDenied[0]!.cells, homes: fromDenied[0]!.homes });
  });

  it.each([
    ['an area', { area: 'district-1' }, { area: 'district-1' }],
    ['a category', { category: 'behaviour' }, { categories: ['behaviour'] }],
    [
      'a requester',
      { requester: 'own_company' },
      { requesters: scenario.requesters.filter(({ id }) => id === 'own_company') },
    ],
  ] as const)('about %s are those of a scenario that asks of that alone', (_, scope, alone) => {
    const scoped = play(
      scenario,
      every.map((limit) => ({ ...limit, ...scope })),
    );
    const only = play({ ...scenario, ...alone } as Scenario, every);
    expect(counted(scoped)).toEqual(counted(only));
    expect(counted(scoped).some(({ cells }) => cells > 0)).toBe(true);
  });

  it('hold up to their bound, in cells, homes and shares', () => {
    const [{ cells, homes, of }] = play(scenario, [{ measure: 'newly_raw', at_most: { cells: 0 } }]).limits as [
      Required<ImpactReport>['limits'][number],
    ];
    const met = (at_most: Limit['at_most']) => play(scenario, [{ measure: 'newly_raw', at_most }]).limits![0]!.met;
    expect([met({ cells }), met({ cells: cells - 1 })]).toEqual([true, false]);
    expect([met({ homes }), met({ homes: homes - 1 })]).toEqual([true, false]);
    expect([met({ share_of_homes: homes / of.homes }), met({ share_of_cells: (cells - 1) / of.cells })]).toEqual([
      true,
      false,
    ]);
    expect(met({ cells, homes: homes - 1 })).toBe(false);
  });

  it('on what is not there are refused with what was meant', () => {
    const code = 'scenario:limit.not_found';
    const limit = { measure: 'changed', at_most: { cells: 0 } } as const;
    expect(() => play(scenario, [{ ...limit, area: 'distrct-1' }])).toThrow(
      expect.objectContaining({ code, hint: 'did you mean `district-1`?' }),
    );
    expect(() => play(scenario, [{ ...limit, requester: 'own_compny' }])).toThrow(
      expect.objectContaining({ code, hint: 'did you mean `own_company`?' }),
    );
  });

  it('and the whole report are as the JSON Schema says', () => {
    const schema = JSON.parse(readFileSync(join(root, 'docs/reference/impact-report.schema.json'), 'utf8')) as object;
    const fits = new Ajv({ strict: false, allErrors: true }).compile(schema);
    const report: unknown = JSON.parse(JSON.stringify(play(scenario, every)));
    expect([fits(report), fits.errors]).toEqual([true, null]);
  });
});
