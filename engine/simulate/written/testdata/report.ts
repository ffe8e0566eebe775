import type { Area } from '../../../../twin/changes.ts';
import type { ClauseRegister } from '../../../clauses/ClauseRegister.ts';
import type { PolicyInput } from '../../../facts/PolicyInput.ts';
import type { ImpactReport } from '../../ImpactReport.ts';
import type { Scenario } from '../../Scenario.ts';
import type { ReportContext } from '../ReportContext.ts';

/** What a device or a rule could be called by somebody who means harm. */
export const HOSTILE = `<script>alert(1)</script>"'&`;
const same = { kind: 'unchanged', before: [], after: [] } as const;
const hourly = { type: 'coarsen_time', window: 'PT1H' } as const;
const other = { kind: 'changed', before: [hourly], after: [] } as const;

const people = { people: 2, minors: 1, elders: 0 };

const reason = {
  code: 'permit',
  policy: 'sharing.tiered',
  rule: 'area_reads',
  file: 'policies/sharing/tiered/tiered.rego',
  line: 17,
  clauses: ['DH-5.4.4-1'],
  message: HOSTILE,
} as const;

/** A small report in which much is called so. */
export const report: ImpactReport = {
  version: 1,
  scenario: 'small',
  revision: 12,
  population: { id: 'city-1-4', homes: 4 },
  inputs: { scenario: '', baseline: '', proposed: '', population: null, engine: null },
  cells: 1000,
  homes: 4,
  ...people,
  matrix: [
    { from: 'denied', to: 'denied', obligations: same, cells: 600, homes: 4, ...people },
    { from: 'denied', to: 'raw', obligations: same, cells: 1, homes: 1, ...people },
    { from: 'reduced', to: 'reduced', obligations: other, cells: 99, homes: 2, ...people },
    { from: 'raw', to: 'denied', obligations: same, cells: 300, homes: 3, ...people },
  ],
  changes: [
    {
      from: 'denied',
      to: 'raw',
      obligations: same,
      reasons: { before: [], after: [reason] },
      cells: 1,
      homes: 1,
      ...people,
      requesters: [{ id: `=HYPERLINK("x"),${HOSTILE}`, cells: 1 }],
      witness: {
        requester: 'office',
        action: 'read',
        purpose: 'care',
        home: 'home-1',
        device: HOSTILE,
        property: HOSTILE,
        input: { claims: HOSTILE } as unknown as PolicyInput,
        before: 'denied',
        after: 'raw',
      },
      smallestChange: { kind: 'none', tried: 1, reason: HOSTILE },
    },
  ],
  areas: [
    { area: 'd1', category: 'device', from: 'denied', to: 'denied', cells: 600, homes: 2 },
    { area: 'd1', category: 'device', from: 'denied', to: 'raw', cells: 1, homes: 1 },
    { area: 'd2', category: 'device', from: 'raw', to: 'denied', cells: 399, homes: 2 },
  ],
  slices: [],
  neverReached: { before: [], after: [] },
  neverDecide: { before: [], after: [] },
  omitted: [],
  areaTotals: [
    { area: 'city', level: 'city', cells: 1000, homes: 4, changed: { cells: 400, homes: 3 } },
    { area: 'd1', level: 'district', cells: 601, homes: 2, changed: { cells: 1, homes: 1 } },
    { area: 'd2', level: 'district', cells: 399, homes: 2, changed: { cells: 399, homes: 2 } },
  ],
  limits: [
    {
      measure: 'newly_raw',
      at_most: { share_of_homes: 0.005 },
      requester: HOSTILE,
      cells: 1,
      homes: 1,
      of: { cells: 500, homes: 4 },
      met: false,
      changes: [0],
    },
  ],
  expectations: [{ measure: 'newly_raw', expected: 0, cells: 1, met: false }],
  draft: { replaced: [], added: [{ package: 'sharing.x', files: [HOSTILE] }], removed: [] },
  exact: true,
};

const area = (id: string, level: Area['level'], parent: string | null): [string, Area] => [
  id,
  { id, level, name: id === 'd1' ? HOSTILE : id, parent },
];
export const context: ReportContext = {
  scenario: { name: 'small', title: HOSTILE, question: HOSTILE, at: '2027-01-01T00:00:00Z' } as Scenario,
  areas: new Map([
    area('province', 'province', null),
    area('city', 'city', 'province'),
    area('d1', 'district', 'city'),
    area('d2', 'district', 'city'),
  ]),
  register: { byId: new Map() } as unknown as ClauseRegister,
};

