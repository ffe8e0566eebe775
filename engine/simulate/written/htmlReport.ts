import type { Expectation, ImpactReport } from '../ImpactReport.ts';
import { areaSection } from './areaSection.ts';
import { changeSection } from './changeSection.ts';
import { type Flow, flowsOf } from './flows.ts';
import { gateSection } from './gateSection.ts';
import { type Html, html } from './html.ts';
import { idleSection } from './idleSection.ts';
import { count, counted, percent } from './numbers.ts';
import { outcomeSection } from './outcomeSection.ts';
import { page } from './page.ts';
import { provenance } from './provenance.ts';
import type { ReportContext } from './ReportContext.ts';

/**
 * An impact report as one page to read, print and pass on: charts beside the tables of their numbers, each change with its
 * rules, clauses and an example. It needs no network and no script. The same report gives the same bytes.
 */
export function htmlReport(report: ImpactReport, context: ReportContext): string {
  const flows = flowsOf(report.matrix);
  return page(
    `${context.scenario.title}: impact report`,
    html`${header(report, flows, context)}${gateSection(report)}<section>
<h2>Outcomes before and after</h2>
${outcomeSection(report, flows)}</section>
<section>
<h2>Where it changes</h2>
${areaSection(report, context)}</section>
<section>
<h2>What changes, and why</h2>
<p class="soft">A class holds the cells that change in the same way for the same reasons. Homes are counted once in each line, so lines do not add up.</p>
${changeSection(report.changes, context)}</section>
${idleSection(report)}<section>
<h2>What this rests on</h2>
${provenance(report, context)}</section>
`,
  );
}

function header(report: ImpactReport, flows: readonly Flow[], { scenario }: ReportContext): Html {
  const { population, homes, people, cells, expectations, limits = [] } = report;
  const sum = (chosen: (flow: Flow) => boolean) => flows.filter(chosen).reduce((total, flow) => total + flow.cells, 0);
  const tiles: readonly (readonly [string, number])[] = [
    ['cells change', sum(() => true)],
    ['newly allowed', sum(({ from }) => from === 'denied')],
    ['newly denied', sum(({ to }) => to === 'denied')],
    ['newly raw', sum(({ from, to }) => from !== 'raw' && to === 'raw')],
    ['see more', sum(({ direction }) => direction === 'widened')],
    ['see less', sum(({ direction }) => direction === 'narrowed')],
    ['other obligations', sum(({ direction }) => direction === 'obligations')],
  ];
  return html`<header>
<p class="soft">Impact report</p>
<h1>${scenario.title}</h1>
<p class="question">${scenario.question.trim()}</p>
${expectations.length + limits.length > 0 && verdictOf([...expectations, ...limits])}<p>Of ${counted(population.homes, 'home')}, ${count(homes)} have what is asked about, where ${count(people)} people live or whom they belong to: ${counted(cells, 'cell')}, each one requester, action, purpose and property of a home, as of ${scenario.at}. Every cell is counted; nothing is estimated.</p>
<ul class="tiles">${tiles.map(([what, number]) => html`<li><strong>${count(number)}</strong>${what}<br><small>${percent(number, cells)} of cells</small></li>`)}</ul>
</header>
`;
}

function verdictOf(expectations: readonly Pick<Expectation, 'measure' | 'met'>[]): Html {
  const failed = expectations.filter(({ met }) => !met);
  return failed.length === 0
    ? html`<p><span class="verdict good">✓ as expected</span></p>\n`
    : html`<p><span class="verdict bad">✗ not as expected: ${failed.map(({ measure }) => measure).join(', ')}</span></p>\n`;
}
