import type { GuardedLine, GuardedReport } from '../guard/GuardedReport.ts';
import { draftRows } from './draftRows.ts';
import { type Html, html } from './html.ts';
import { count, counted } from './numbers.ts';
import { page } from './page.ts';
import type { ReportContext } from './ReportContext.ts';

/** A guarded report as one page, which says first that it is one and by what it is guarded. */
export function guardedHtml(
  report: GuardedReport,
  { scenario, areas }: Pick<ReportContext, 'scenario' | 'areas'>,
): string {
  const { lines, guard, population, day } = report;
  const nameOf = (area: string): string => areas.get(area)?.name ?? area;
  return page(
    `${scenario.title}: guarded impact report`,
    html`<header>
<p class="soft">Impact report, guarded</p>
<h1>${scenario.title}</h1>
<p class="question">${scenario.question.trim()}</p>
<p>It tells of the ${counted(population.homes, 'home')} of ${nameOf(scenario.area)}, as they were counted on ${day}. ${guard.statement}</p>
<p>This report cost ${counted(guard.units, 'unit')} of the organisation's budget; ${count(guard.left)} of it are left for ${count(guard.bound.days)} days.</p>
</header>
<section>
<h2>What changes</h2>
${tableOf(
  lines.filter(({ from, to, obligations }) => from !== to || obligations === 'changed'),
  nameOf,
)}</section>
<section>
<h2>What stays as it is</h2>
${tableOf(
  lines.filter(({ from, to, obligations }) => from === to && obligations === 'unchanged'),
  nameOf,
)}</section>
<section>
<h2>What is proposed</h2>
<dl>${draftRows(report)}</dl></section>
`,
  );
}

function tableOf(lines: readonly GuardedLine[], nameOf: (area: string) => string): Html {
  if (lines.length === 0) return html`<p>Nothing in so many homes that it could be told.</p>\n`;
  return html`<div class="wide"><table>
<thead><tr><th scope="col">requester</th><th scope="col">category</th><th scope="col">before</th><th scope="col">after</th><th scope="col" class="number">about so many homes</th><th scope="col">where</th><th scope="col">for example, decided by</th></tr></thead>
<tbody>${lines.map((line) => rowOf(line, nameOf))}</tbody>
</table></div>
`;
}

function rowOf(line: GuardedLine, nameOf: (area: string) => string): Html {
  const { requester, category, from, to, obligations, homes, areas, withheld, example } = line;
  const where = areas.map((one) => `${nameOf(one.area)}: ${count(one.homes)}`);
  const rest = withheld.areas === 0 ? [] : [`${counted(withheld.areas, 'area')} withheld: ${count(withheld.homes)}`];
  return html`<tr><th scope="row">${requester}</th><td>${category}</td><td>${from}</td><td>${to}${obligations === 'changed' && ', other obligations'}</td><td class="number">${count(homes)}</td><td>${[...where, ...rest].join('; ')}</td><td>${
    example &&
    html`${example.reasons.after.map(({ policy, rule, clauses }) => html`<code>${policy}/${rule}</code> ${clauses.join(', ')}<br>`)}<details><summary>A home that nobody lives in</summary><pre>${JSON.stringify(example.input, null, 2)}</pre></details>`
  }</td></tr>
`;
}
