import { describe, expect, it } from 'vitest';
import type { ImpactReport } from '../ImpactReport.ts';
import { areaTree } from './areaTree.ts';
import { csvReport } from './csvReport.ts';
import { flowsOf } from './flows.ts';
import { htmlReport } from './htmlReport.ts';
import { percent } from './numbers.ts';
import { outcomeFlow } from './outcomeFlow.ts';
import { periodPage } from './periodPage.ts';
import { context, report } from './testdata/report.ts';
import { expectWhole } from './testdata/wholePage.ts';
import { timeLine } from './timeLine.ts';

describe('the page', () => {
  const page = htmlReport(report, context);

  it('has no script, whatever things are called', () => {
    expect(page).not.toMatch(/<script/i);
    expect(page.split('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;').length).toBeGreaterThan(9);
  });

  it('opens and closes every element, names each once, and leads nowhere that is not there', () => {
    expectWhole(page);
  });

  it('tells what is not as expected, and how much changes', () => {
    expect(page).toContain('✗ not as expected: newly_raw<');
    expect(page).toContain('0.5 % of homes</td><td class="bad">✗ no');
    expect(page).toContain(
      '<strong>400</strong>cells change<br><small>40.0 % of cells, 99 in obligations alone</small>',
    );
    expect(page).toContain('99 under other obligations');
  });
});

describe('the outcome flow', () => {
  it('keeps cells under other obligations as a flow of their own, and draws nothing that stays', () => {
    expect(flowsOf(report.matrix)).toEqual([
      { from: 'denied', to: 'raw', direction: 'widened', cells: 1 },
      { from: 'reduced', to: 'reduced', direction: 'obligations', cells: 99 },
      { from: 'raw', to: 'denied', direction: 'narrowed', cells: 300 },
    ]);
  });

  it('draws a single cell thick enough to be seen', () => {
    const { markup } = outcomeFlow(flowsOf(report.matrix), 'flow');
    const [, top, bottom] = /class="widened" d="M0 ([\d.]+)C.* ([\d.]+) 0 [\d.]+Z"/.exec(markup)!;
    expect(Math.abs(Number(bottom) - Number(top))).toBeCloseTo(3);
    expect(markup).toContain('<title>denied → raw: 1 cell, sees more</title>');
  });
});

it('says of which changes nothing is counted, because they are erased', () => {
  const without = { ...report, population: { ...report.population, erased: 2 } };
  expect(htmlReport(without, context)).toContain('without 2 changes that are erased');
  expect(htmlReport(report, context)).not.toContain('that are erased');
});

describe('the tree of areas', () => {
  it('goes from the area of the scenario down', () => {
    const tree = areaTree(report.areaTotals, context.areas);
    expect([tree?.area, tree?.parts.map((part) => part.area)]).toEqual(['city', ['d1', 'd2']]);
  });
});

describe('the time line', () => {
  it('shows shares as steps where instants lie in time, and all numbers', () => {
    const { markup } = timeLine([
      { at: '2027-01-01T00:00:00Z', before: { denied: 1, raw: 3 }, after: { denied: 4 } },
      { at: '2027-01-02T00:00:00Z', before: { denied: 2, raw: 2 }, after: { denied: 4 } },
      { at: '2027-01-05T00:00:00Z', before: { raw: 4 }, after: { denied: 4 } },
    ]);
    expect(markup).toContain(
      'd="M0 75L16.67 75L16.67 50L66.67 50L66.67 100L100 100L100 100L66.67 100L66.67 100L16.67 100L16.67 100L0 100Z"',
    );
    expect(markup).toContain('2027-01-01T00:00:00Z: denied 25.0 %, raw 75.0 %');
    expect(markup).toContain('<td class="number">3</td>');
  });
});

describe('the page of a period', () => {
  const spans = [
    { from: '2027-01-01T00:00:00.000Z', until: '2027-01-01T06:00:00.000Z', report: 0 },
    { from: '2027-01-01T06:00:00.000Z', until: '2027-01-02T00:00:00.000Z', report: 1 },
  ];
  const calm: ImpactReport = { ...report, matrix: [report.matrix[0]!], changes: [], expectations: [], limits: [] };
  const [from, until] = [spans[0]!.from, spans[1]!.until];
  const page = periodPage({ scenario: 'small', from, until, spans, reports: [report, calm] }, context);

  it('is whole, and has each report once', () => {
    expectWhole(page);
    expect(page).not.toMatch(/<script/i);
    expect(page).toContain('in 2 spans, with 2 different reports');
    expect(page.match(/<h2>Report \d<\/h2>/g)).toEqual(['<h2>Report 1</h2>', '<h2>Report 2</h2>']);
    expect(page).toContain('All 1,000 cells stay as they are.');
  });

  it('shows a span for as long as it holds', () => {
    expect(page).toMatch(/<path class="outcome-denied" d="M0 39.9L25 39.9L25 0L100 0L100 100L/);
  });
});

describe('CSV', () => {
  const lines = csvReport(report, context).split('\r\n');

  it('has one line for each line of the report, all with the same columns', () => {
    const kinds = lines.map((line) => line.split(',')[0]);
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual([
      'kind',
      'total',
      'matrix',
      'change',
      'requester',
      'area',
      'expectation',
      'limit',
      '',
    ]);
    const columns = lines[0]!.split(',').length;
    for (const line of lines.slice(1, -1)) {
      const unquoted = line.replaceAll(/"(?:[^"]|"")*"/g, 'x');
      expect(unquoted.split(',')).toHaveLength(columns);
    }
  });

  it('quotes what needs it, and lets no text be a formula', () => {
    expect(lines[7]).toContain(`,"'=HYPERLINK(""x""),<script>alert(1)</script>""'&",`);
  });
});

it('says of no share that it is none or all when it is not quite', () => {
  expect([0, 1, 50, 9999, 99_999, 100_000].map((part) => percent(part, 100_000))).toEqual([
    '0 %',
    '< 0.01 %',
    '0.05 %',
    '9.9 %',
    '> 99.99 %',
    '100 %',
  ]);
});
