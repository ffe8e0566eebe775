import type { ReportedOutcome } from '../../census/Transitions.ts';
import type { ImpactReport } from '../ImpactReport.ts';
import type { PeriodReport } from '../simulatePeriod.ts';
import { changeSection } from './changeSection.ts';
import { flowsOf } from './flows.ts';
import { gateSection, gateVerdict } from './gateSection.ts';
import { type Html, html } from './html.ts';
import { count, counted } from './numbers.ts';
import { outcomeSection } from './outcomeSection.ts';
import { page } from './page.ts';
import { provenance } from './provenance.ts';
import type { ReportContext } from './ReportContext.ts';
import { tiles } from './tiles.ts';
import { type OutcomePoint, timeLine } from './timeLine.ts';

/** A period as one page: outcomes over time, when which report holds, and each report once. */
export function periodPage(period: PeriodReport, context: ReportContext): string {
  const { from, until, spans, reports } = period;
  const { title, question } = context.scenario;
  const points = spans.map((span): OutcomePoint => pointOf(span.from, reports[span.report]!));
  return page(
    `${title}: impact report`,
    html`<header>
<p class="soft">Impact report of a period</p>
<h1>${title}</h1>
<p class="question">${question.trim()}</p>
<p>From ${from} until ${until} in ${counted(spans.length, 'span')}, with ${count(reports.length)} different ${reports.length === 1 ? 'report' : 'reports'}. Nothing is summed over time: a cell of the night is another by day.</p>
</header>
<section>
<h2>Outcomes over time</h2>
${timeLine(points, until)}<div class="wide"><table>
<thead><tr><th scope="col">from</th><th scope="col">until</th><th scope="col">what holds</th></tr></thead>
<tbody>${spans.map((span) => html`<tr><th scope="row">${span.from}</th><td>${span.until}</td><td><a href="#report-${span.report + 1}">report ${span.report + 1}</a></td></tr>\n`)}</tbody>
</table></div>
</section>
${reports.map((report, index) => reportSection(report, index + 1, context))}`,
  );
}

function reportSection(report: ImpactReport, number: number, context: ReportContext): Html {
  const flows = flowsOf(report.matrix);
  const anchor = `report-${number}-`;
  return html`<section id="report-${number}">
<h2>Report ${number}</h2>
${gateVerdict(report)}${tiles(report.cells, flows)}${gateSection(report, anchor)}${outcomeSection(report, flows, anchor)}${changeSection(report.changes, context, anchor)}<details><summary>What this rests on</summary>
${provenance(report, context)}</details>
</section>
`;
}

function pointOf(at: string, { matrix }: ImpactReport): OutcomePoint {
  const [before, after]: [Partial<Record<ReportedOutcome, number>>, Partial<Record<ReportedOutcome, number>>] = [
    {},
    {},
  ];
  for (const { from, to, cells } of matrix) {
    before[from] = (before[from] ?? 0) + cells;
    after[to] = (after[to] ?? 0) + cells;
  }
  return { at, before, after };
}
