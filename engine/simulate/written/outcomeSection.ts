import type { ReportedOutcome } from '../../census/Transitions.ts';
import type { ImpactReport } from '../ImpactReport.ts';
import { type Flow, LADDER } from './flows.ts';
import { type Html, html } from './html.ts';
import { count, counted, percent } from './numbers.ts';
import { flowLegend, outcomeFlow } from './outcomeFlow.ts';

/**
 * How outcomes go from before to after: what changes as a diagram, and everything as a table.
 *
 * @param anchor comes before the ids, where several reports are on a page
 */
export function outcomeSection(report: ImpactReport, flows: readonly Flow[], anchor = ''): Html {
  return html`${flowSection(report, flows, anchor)}${matrixTable(report)}`;
}

function flowSection({ cells }: ImpactReport, flows: readonly Flow[], anchor: string): Html {
  const changed = flows.reduce((sum, flow) => sum + flow.cells, 0);
  if (changed === 0) return html`<p>All ${counted(cells, 'cell')} stay as they are.</p>\n`;
  return html`<p>${counted(cells - changed, 'cell')}, ${percent(cells - changed, cells)}, stay as they are and are not drawn. These change, ${counted(changed, 'cell')} (before on the left, after on the right; the thinnest ribbons are drawn thicker than they are, to be seen at all):</p>
<figure>${outcomeFlow(flows, `${anchor}flow`)}
${flowLegend(flows)}</figure>
`;
}

function matrixTable({ matrix }: ImpactReport): Html {
  const before = LADDER.filter((outcome) => matrix.some(({ from }) => from === outcome));
  const after = LADDER.filter((outcome) => matrix.some(({ to }) => to === outcome));
  const cell = (from: ReportedOutcome, to: ReportedOutcome): Html => {
    const lines = matrix.filter((line) => line.from === from && line.to === to);
    const cells = lines.reduce((sum, line) => sum + line.cells, 0);
    const other = lines.filter(({ obligations }) => obligations.kind === 'changed');
    const obliged = other.reduce((sum, line) => sum + line.cells, 0);
    return html`<td class="number ${from === to ? 'kept' : cells > 0 ? 'moved' : 'kept'}">${cells === 0 ? '·' : count(cells)}${from === to && obliged > 0 && html`<br><small>${count(obliged)} under other obligations</small>`}</td>`;
  };
  return html`<div class="wide"><table>
<caption class="soft">Cells, from the outcome before (down) to the outcome after (across)</caption>
<thead><tr><th scope="col">before \\ after</th>${after.map((to) => html`<th scope="col" class="number">${to}</th>`)}</tr></thead>
<tbody>${before.map((from) => html`<tr><th scope="row">${from}</th>${after.map((to) => cell(from, to))}</tr>\n`)}</tbody>
</table></div>
`;
}
