import type { AreaTotal, ImpactReport } from '../ImpactReport.ts';
import { areaTree } from './areaTree.ts';
import { areaTreemap } from './areaTreemap.ts';
import { type Html, html } from './html.ts';
import { count, counted, percent } from './numbers.ts';
import type { ReportContext } from './ReportContext.ts';

/** So many lines stand in a table of the page; CSV and JSON have them all. */
const MOST_LINES = 400;
/** So many areas are drawn: a page of more is slow to open. */
const MOST_DRAWN = 3_000;

/** Where it changes: maps of areas, and their numbers. */
export function areaSection({ areas, areaTotals }: ImpactReport, { areas: known }: ReportContext): Html {
  if (areaTotals.every((total) => total.changed.cells === 0)) return html`<p>Nothing changes anywhere.</p>\n`;
  const drawn = drawable(areaTotals);
  const tree = areaTree(drawn, known);
  const changed = areas.filter(({ from, to }) => from !== to);
  const shown = changed.slice(0, MOST_LINES);
  return html`${
    tree &&
    tree.parts.length > 1 &&
    html`<p class="soft">Areas are as large as they have cells or homes, and shaded the stronger the more of these change. Choose one to look into it.${drawn.length < areaTotals.length && ` Areas below the ${drawn.at(-1)!.level} are too many to draw.`}</p>
${areaTreemap(tree)}`
  }<details><summary>Every area: what is asked about, and what of it changes</summary><div class="wide"><table>
<thead><tr><th scope="col">area</th><th scope="col">level</th><th scope="col" class="number">cells</th><th scope="col" class="number">change</th><th scope="col" class="number">homes</th><th scope="col" class="number">change</th></tr></thead>
<tbody>${areaTotals.slice(0, MOST_LINES).map((total) => totalRow(total, known))}</tbody>
</table></div>${moreLines(areaTotals.length)}</details>
<details><summary>By area, category and change: ${counted(changed.length, 'line')}</summary><div class="wide"><table>
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
</table></div>${moreLines(changed.length)}</details>
`;
}

/** The areas of as many levels, from above, as can be drawn. */
function drawable(totals: readonly AreaTotal[]): readonly AreaTotal[] {
  const levels = Map.groupBy(totals, ({ level }) => level);
  let drawn: readonly AreaTotal[] = [];
  for (const ofLevel of levels.values()) {
    if (drawn.length + ofLevel.length > MOST_DRAWN) break;
    drawn = [...drawn, ...ofLevel];
  }
  return drawn;
}

function totalRow({ area, level, cells, homes, changed }: AreaTotal, known: ReportContext['areas']): Html {
  const share = (part: number, whole: number) => html`${count(part)}<br><small>${percent(part, whole)}</small>`;
  return html`<tr><th scope="row">${known.get(area)?.name ?? area}</th><td>${level}</td><td class="number">${count(cells)}</td><td class="number">${share(changed.cells, cells)}</td><td class="number">${count(homes)}</td><td class="number">${share(changed.homes, homes)}</td></tr>
`;
}

function moreLines(lines: number): Html | false {
  return (
    lines > MOST_LINES && html`<p>and ${count(lines - MOST_LINES)} more: the report as CSV or JSON has them all.</p>`
  );
}
