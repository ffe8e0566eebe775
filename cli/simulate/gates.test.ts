import { expect, it } from 'vitest';
import type { ChangeClass } from '../../engine/simulate/ImpactReport.ts';
import { gateJunit } from '../reports/gateJunit.ts';
import { type GatedReport, gateProblems, missedGates } from './gates.ts';

const rule = (code: 'permit' | 'no_permit', file: string, line: number) => {
  return { code, policy: 'sharing.a', rule: '<r>', file, line, clauses: [], message: '' };
};
const change = (from: 'denied' | 'raw', to: 'denied' | 'raw'): ChangeClass => ({
  from,
  to,
  obligations: { kind: 'unchanged', before: [], after: [] },
  reasons: {
    before: [from === 'denied' ? rule('no_permit', 'policies/main.rego', 19) : rule('permit', 'policies/old.rego', 3)],
    after: [to === 'denied' ? rule('no_permit', 'policies/main.rego', 19) : rule('permit', 'policies/new.rego', 7)],
  },
  ...{ cells: 1200, homes: 30, people: 0, minors: 0, elders: 0 },
  requesters: [],
  witness: { requester: 'office', device: 'lamp & "co"', property: 'state' } as ChangeClass['witness'],
  smallestChange: { kind: 'none', tried: 0, reason: '' },
});

const report: GatedReport = {
  scenario: 'small',
  changes: [change('denied', 'raw'), change('raw', 'denied')],
  expectations: [
    { measure: 'newly_raw', expected: 0, cells: 1200, met: false },
    { measure: 'widened', expected: { at_least: 1 }, cells: 1200, met: true },
  ],
  limits: [
    {
      measure: 'newly_denied',
      at_most: { cells: 5, share_of_homes: 0.01 },
      category: 'device',
      ...{ cells: 1200, homes: 30, of: { cells: 9000, homes: 100 }, met: false },
      changes: [1],
    },
  ],
};

it('tells what breaks a gate where the rule stands that decides now, or that decided', () => {
  expect(gateProblems(report).map(({ code, place }) => [code, place?.file, place?.line])).toEqual([
    ['scenario:expectation.newly_raw', 'policies/new.rego', 7],
    ['scenario:limit.newly_denied', 'policies/old.rego', 3],
  ]);
  expect(gateProblems(report)[1]?.hint).toBe(
    'allowed are at most 5 cells, 1 % of homes of device, and there are 1,200 cells in 30 homes that are newly_denied',
  );
});

it('tells in a line for each gate what a report does not keep to', () => {
  expect(missedGates(report)).toEqual([
    'not as expected: 1,200 cells are newly_raw, and expected are 0 cells',
    'beyond a limit: 1,200 cells in 30 homes are newly_denied, and allowed are at most 5 cells, 1 % of homes of device',
  ]);
  expect(missedGates({ ...report, expectations: [], limits: [] })).toEqual([]);
});

it('tells of an expectation that nothing meets, without a place', () => {
  const expectations = [{ measure: 'widened', expected: { at_least: 1 }, cells: 0, met: false }] as const;
  expect(gateProblems({ ...report, changes: [], limits: [], expectations })).toEqual([
    {
      code: 'scenario:expectation.widened',
      message: 'nothing is widened',
      hint: 'expected are at least 1 cells, and there are 0 cells that are widened',
    },
  ]);
});

it('makes a JUnit case of each gate, escaped', () => {
  const xml = gateJunit([report]);
  expect(xml).toContain('<testsuites name="twinward simulate" tests="3" failures="2">');
  expect(xml).toContain('<testcase classname="small" name="widened: at least 1 cells"/>');
  expect(xml).toContain(
    '<failure type="scenario:limit.newly_denied" message="1,200 cells in 30 homes are newly_denied">',
  );
  expect(xml).toContain('`sharing.a/&lt;r&gt;`');
  expect(xml).toContain('lamp &amp; &quot;co&quot;');
  expect(gateJunit([report, report])).toContain('<testsuite name="small report 2 limits" tests="1" failures="1">');
});
