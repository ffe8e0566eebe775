import type { ReportedOutcome } from '../../census/Transitions.ts';
import type { Expectation, ImpactReport } from '../ImpactReport.ts';
import { areaTree } from './areaTree.ts';
import { areaTreemap } from './areaTreemap.ts';
import { changeSection } from './changeSection.ts';
import { type Flow, flowsOf, LADDER } from './flows.ts';
import { type Html, html } from './html.ts';
import { count, counted, percent } from './numbers.ts';
import { flowLegend, outcomeFlow } from './outcomeFlow.ts';
import { page } from './page.ts';
import type { ReportContext } from './ReportContext.ts';

/** No more areas stand in the table of the page; CSV and JSON have them all. */
const MOST_AREAS = 400;

/**
 * An impact report as one page to read, print and pass on: charts beside the tables of their numbers, each change with its
 * rules, clauses and an example. It needs no network and no script. The same report gives the same bytes.
 */
export function htmlReport(report: ImpactReport, context: ReportContext): string {
  const flows = flowsOf(report.matrix);
  return page(
    `${context.scenario.title}: impact report`,
    html`${header(report, flows, context)}${expectationSection(report)}<section>
<h2>Outcomes before and after</h2>
${flowSection(report, flows)}${matrixTable(report)}</section>
<section>
<h2>Where it changes</h2>
${areaSection(report, context)}</section>
<section>
<h2>What changes, and why</h2>
<p class="soft">A class holds the cells that change in the same way for the same reasons. Homes are counted once in each line, so lines do not add up.</p>
${changeSection(report.changes, context)}</section>
<section>
<h2>What this rests on</h2>
${provenance(report, context)}</section>
`,
  );
}

function header(
  { population, homes, cells, expectations }: ImpactReport,
  flows: readonly Flow[],
  { scenario }: ReportContext,
): Html {
  const sum = (chosen: (flow: Flow) => boolean) => flows.filter(chosen).reduce((total, flow) => total + flow.cells, 0);
  const tiles: readonly (readonly [string, number])[] = [
    ['cells change', sum(() => true)],
    ['newly allowed', sum(({ from }) => from === 'denied')],
    ['newly denied', sum(({ to }) => to === 'denied')],
    ['newly raw', sum(({ from, to }) => from !== 'raw' && to === 'raw')],
    ['see more', sum(({ direction }) => direction === 'widened')],
    ['see less', sum(({ direction }) => direction === 'narrowed')],
    ['other obligations only', sum(({ direction }) => direction === 'obligations')],
  ];
  return html`<header>
<p class="soft">Impact report</p>
<h1>${scenario.title}</h1>
<p class="question">${scenario.question.trim()}</p>
${expectations.length > 0 && verdictOf(expectations)}<p>Of ${counted(population.homes, 'home')}, ${count(homes)} have what is asked about: ${counted(cells, 'cell')}, each one requester, action, purpose and property of a home, as of ${scenario.at}. Every cell is counted; nothing is estimated.</p>
<ul class="tiles">${tiles.map(([what, number]) => html`<li><strong>${count(number)}</strong>${what}<br><small>${percent(number, cells)} of cells</small></li>`)}</ul>
</header>
`;
}

function verdictOf(expectations: readonly Expectation[]): Html {
  const failed = expectations.filter(({ met }) => !met);
  return failed.length === 0
    ? html`<p><span class="verdict good">✓ as expected</span></p>\n`
    : html`<p><span class="verdict bad">✗ not as expected: ${failed.map(({ measure }) => measure).join(', ')}</span></p>\n`;
}

function expectationSection({ expectations }: ImpactReport): Html {
  if (expectations.length === 0) return html``;
  return html`<section>
<h2>What was expected</h2>
<div class="wide"><table>
<thead><tr><th scope="col">cells that are</th><th scope="col" class="number">count</th><th scope="col">expected</th><th scope="col">met</th></tr></thead>
<tbody>${expectations.map(
    ({
      measure,
      expected,
      cells,
      met,
    }) => html`<tr><th scope="row">${measure}</th><td class="number">${count(cells)}</td><td>${boundText(expected)}</td><td class="${met ? 'good' : 'bad'}">${met ? '✓ yes' : '✗ no'}</td></tr>
`,
  )}</tbody>
</table></div>
</section>
`;
}

function boundText(bound: Expectation['expected']): string {
  if (typeof bound === 'number') return count(bound);
  const { at_least: least, at_most: most } = bound;
  return [least === undefined ? '' : `at least ${count(least)}`, most === undefined ? '' : `at most ${count(most)}`]
    .filter(Boolean)
    .join(', ');
}

function flowSection({ cells }: ImpactReport, flows: readonly Flow[]): Html {
  const changed = flows.reduce((sum, flow) => sum + flow.cells, 0);
  if (changed === 0) return html`<p>All ${counted(cells, 'cell')} stay as they are.</p>\n`;
  return html`<p>${counted(cells - changed, 'cell')}, ${percent(cells - changed, cells)}, stay as they are and are not drawn. These change, ${counted(changed, 'cell')} (before on the left, after on the right; the thinnest ribbons are drawn thicker than they are, to be seen at all):</p>
<figure>${outcomeFlow(flows)}
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

function areaSection({ areas }: ImpactReport, { areas: known }: ReportContext): Html {
  const tree = areaTree(areas, known);
  const changed = areas.filter(({ from, to }) => from !== to);
  if (changed.length === 0) return html`<p>No outcome changes anywhere.</p>\n`;
  const shown = changed.slice(0, MOST_AREAS);
  return html`${
    tree &&
    tree.parts.length > 1 &&
    html`<p class="soft">Areas are as large as they have cells, and shaded the stronger the more of these change their outcome. Choose one to look into it.</p>
${areaTreemap(tree)}`
  }<details><summary>${counted(changed.length, 'line')}: area, category and change</summary><div class="wide"><table>
<thead><tr><th scope="col">area</th><th scope="col">category</th><th scope="col">before</th><th scope="col">after</th><th scope="col" class="number">cells</th><th scope="col" class="number">homes</th></tr></thead>
<tbody>${shown.map(
    ({
      area,
      category,
      from,
      to,
      cells,
      homes,
    }) => html`<tr><th scope="row">${known.get(area)?.name ?? area}</th><td>${category}</td><td>${from}</td><td>${to}</td><td class="number">${count(cells)}</td><td class="number">${count(homes)}</td></tr>
`,
  )}</tbody>
</table></div>${changed.length > shown.length && html`<p>and ${count(changed.length - shown.length)} more: the report as CSV or JSON has them all.</p>`}</details>
`;
}

function provenance(
  { scenario, revision, population, draft, notInForce = [] }: ImpactReport,
  context: ReportContext,
): Html {
  return html`<dl>
<dt>scenario</dt><dd><code>${scenario}</code>, at ${context.scenario.at}</dd>
<dt>homes</dt><dd><code>${population.id}</code>, ${counted(population.homes, 'home')}</dd>
<dt>revision</dt><dd>${count(revision)} changes made the twin that was counted</dd>
${draft.replaced.map((one) => html`<dt>replaces</dt><dd><code>${one.package}</code> (${one.by.join(', ')})</dd>\n`)}${draft.added.map((one) => html`<dt>adds</dt><dd><code>${one.package}</code> (${one.files.join(', ')})</dd>\n`)}${draft.removed.map((one) => html`<dt>takes out</dt><dd>the rule <code>${one.rule}</code> of <code>${one.package}</code></dd>\n`)}${notInForce.map((one) => html`<dt>not in force</dt><dd><code>${one.package}</code> is in force from ${one.from}${one.until !== null && ` until ${one.until}`} and changes nothing here</dd>\n`)}</dl>
`;
}
