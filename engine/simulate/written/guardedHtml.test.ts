import { expect, it } from 'vitest';
import type { GuardedReport } from '../guard/GuardedReport.ts';
import type { Scenario } from '../Scenario.ts';
import { guardedHtml } from './guardedHtml.ts';
import type { ReportContext } from './ReportContext.ts';

const bound = { factor: 2, chance: 0.55 } as unknown as GuardedReport['guard']['bound']['answer'];
const report: GuardedReport = {
  kind: 'guarded',
  exact: false,
  scenario: 'small',
  day: '2027-03-08',
  population: { id: 'twin', homes: 2002 },
  lines: [
    {
      ...{ from: 'raw', to: 'denied', obligations: 'unchanged', requester: 'office', category: 'device' },
      homes: 2092,
      areas: [
        { area: 'street-1', homes: 617 },
        { area: 'street-2', homes: 672 },
      ],
      withheld: { areas: 4, homes: 803 },
      example: null,
    },
  ],
  draft: { added: [{ package: 'sharing.heat', files: ['heat.rego'] }], replaced: [], removed: [] },
  notInForce: [{ package: 'sharing.heat', from: '2027-06-14T16:00:00.000Z', until: null }],
  guard: {
    ...{ leastHomes: 580, k: 10, noise: { standardDeviation: 145, most: 1305 }, units: 1, left: 19 },
    bound: { answer: bound, organisation: bound, everybody: bound, days: 365 },
    statement: 'Guarded: about so many homes.',
  },
};

const scenario = { title: 'Small', question: 'Who?', area: 'city' } as Scenario;

it('says what is proposed, and what of it is not in force', () => {
  const written = guardedHtml(report, { scenario, areas: new Map() });
  expect(written).toContain('<dt>adds</dt><dd><code>sharing.heat</code> (heat.rego)</dd>');
  expect(written).toContain('<code>sharing.heat</code> is in force from 2027-06-14T16:00:00.000Z and changes nothing');
});

it('keeps the names of areas apart from the homes in them', () => {
  const areas = new Map([
    ['city', { id: 'city', name: 'City' }],
    ['street-1', { id: 'street-1', name: 'Lakeside street 1' }],
  ]) as unknown as ReportContext['areas'];
  const written = guardedHtml(report, { scenario, areas });
  expect(written).toContain('It tells of the 2,002 homes of City, as they were counted on 2027-03-08. Guarded: about');
  expect(written).toContain('<td>Lakeside street 1: 617; street-2: 672; 4 areas withheld: 803</td>');
});
