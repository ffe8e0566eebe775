import type { ImpactReport } from '../ImpactReport.ts';
import { draftRows } from './draftRows.ts';
import { type Html, html } from './html.ts';
import { count, counted } from './numbers.ts';
import type { ReportContext } from './ReportContext.ts';

/** What a report was made of: whoever has the same gets the same report. */
export function provenance(report: ImpactReport, context: ReportContext): Html {
  const { scenario, revision, population, inputs, omitted } = report;
  return html`<dl>
<dt>scenario</dt><dd><code>${scenario}</code>, at ${context.scenario.at}</dd>
<dt>its digest</dt><dd><code>${inputs.scenario}</code></dd>
<dt>homes</dt><dd><code>${population.id}</code>, ${counted(population.homes, 'home')}${population.erased !== undefined && html`, without ${counted(population.erased, 'change')} that are erased`}${inputs.population !== null && html`, digest <code>${inputs.population}</code>`}</dd>
<dt>baseline</dt><dd><code>${inputs.baseline}</code></dd>
<dt>proposed</dt><dd><code>${inputs.proposed}</code></dd>
<dt>engine</dt><dd>${inputs.engine ?? 'of no stated version'}</dd>
<dt>revision</dt><dd>${count(revision)} changes made the twin that was counted</dd>
${draftRows(report)}${omitted.map((what) => html`<dt>left out</dt><dd>${what}</dd>\n`)}${context.signed !== undefined && signedBy(context.signed)}</dl>
`;
}

function signedBy({ digest, signatures }: NonNullable<ReportContext['signed']>): Html {
  return html`<dt>SM3 digest</dt><dd><code>${digest}</code><br><small>of the report and its scenario; the report as signed JSON has the same, and <code>twinward simulate --verify</code> tells it</small></dd>
${signatures.map(({ key, signer, algorithm, value }) => html`<dt>signed by</dt><dd>${signer}, key <code>${key}</code> (${algorithm})<br><code>${value}</code></dd>\n`)}`;
}
