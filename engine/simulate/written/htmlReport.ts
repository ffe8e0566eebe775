import type { ImpactReport } from '../ImpactReport.ts';
import { areaSection } from './areaSection.ts';
import { changeSection } from './changeSection.ts';
import { type Flow, flowsOf } from './flows.ts';
import { gateSection, gateVerdict } from './gateSection.ts';
import { type Html, html } from './html.ts';
import { idleSection } from './idleSection.ts';
import { count, counted } from './numbers.ts';
import { outcomeSection } from './outcomeSection.ts';
import { page } from './page.ts';
import { provenance } from './provenance.ts';
import type { ReportContext } from './ReportContext.ts';
import { tiles } from './tiles.ts';

/**
 * An impact report as one page to read, print and pass on: charts beside the tables of their numbers, each change with its
 * rules, clauses and an example. It needs no network and no script. The same report gives the same bytes.
 */
export function htmlReport(report: ImpactReport, context: ReportContext): string {
  const flows = flowsOf(report.matrix);
  return page(
    `${context.scenario.title}: impact report`,
    html`${header(report, flows, context)}${
      isGated(report) &&
      html`<section>
<h2>What was expected and allowed</h2>
${gateSection(report)}</section>
`
    }<section>
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
  const { population, homes, people, cells } = report;
  return html`<header>
<p class="soft">Impact report</p>
<h1>${scenario.title}</h1>
<p class="question">${scenario.question.trim()}</p>
${gateVerdict(report)}<p>Of ${counted(population.homes, 'home')}, ${count(homes)} have what is asked about, where ${count(people)} people live or whom they belong to: ${counted(cells, 'cell')}, each one requester, action, purpose and property of a home, as of ${scenario.at}. Every cell is counted; nothing is estimated.</p>
${tiles(cells, flows)}</header>
`;
}

function isGated({ expectations, limits = [] }: ImpactReport): boolean {
  return expectations.length + limits.length > 0;
}
