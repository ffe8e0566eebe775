import type { ImpactReport, LimitLine } from '../ImpactReport.ts';
import { type Html, html } from './html.ts';
import { boundText, limitText, scopeText } from './limitText.ts';
import { count, percent } from './numbers.ts';

/** What a change is held against, and whether it keeps to it. */
export function gateSection(report: ImpactReport): Html {
  return html`${expectationSection(report)}${limitSection(report)}`;
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

function limitSection({ limits = [] }: ImpactReport): Html {
  if (limits.length === 0) return html``;
  return html`<section>
<h2>Limits</h2>
<div class="wide"><table>
<thead><tr><th scope="col">what is</th><th scope="col">where</th><th scope="col" class="number">cells</th><th scope="col" class="number">homes</th><th scope="col">at most</th><th scope="col">kept</th><th scope="col">changes</th></tr></thead>
<tbody>${limits.map(limitRow)}</tbody>
</table></div>
</section>
`;
}

function limitRow(limit: LimitLine): Html {
  const { measure, cells, homes, of, met, changes } = limit;
  return html`<tr><th scope="row">${measure}</th><td>${scopeText(limit)}</td><td class="number">${count(cells)}<br><small>${percent(cells, of.cells)}</small></td><td class="number">${count(homes)}<br><small>${percent(homes, of.homes)}</small></td><td>${limitText(limit)}</td><td class="${met ? 'good' : 'bad'}">${met ? '✓ yes' : '✗ no'}</td><td>${changes.map((place, at) => html`${at > 0 && ', '}<a href="#change-${place + 1}">${place + 1}</a>`)}</td></tr>
`;
}
