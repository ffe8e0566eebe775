import type { ImpactReport, LimitLine } from '../ImpactReport.ts';
import { type Html, html } from './html.ts';
import { boundText, limitText, scopeText } from './limitText.ts';
import { count, percent } from './numbers.ts';

/**
 * What a change is held against, and whether it keeps to it.
 *
 * @param anchor comes before the ids of change classes
 */
export function gateSection(report: ImpactReport, anchor = ''): Html {
  return html`${expectationSection(report)}${limitSection(report, anchor)}`;
}

function expectationSection({ expectations }: ImpactReport): Html {
  if (expectations.length === 0) return html``;
  return html`<section>
<h3>Expected</h3>
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

function limitSection({ limits = [] }: ImpactReport, anchor: string): Html {
  if (limits.length === 0) return html``;
  return html`<section>
<h3>Allowed</h3>
<div class="wide"><table>
<thead><tr><th scope="col">what is</th><th scope="col">where</th><th scope="col" class="number">cells</th><th scope="col" class="number">homes</th><th scope="col">at most</th><th scope="col">kept</th><th scope="col">changes</th></tr></thead>
<tbody>${limits.map((limit) => limitRow(limit, anchor))}</tbody>
</table></div>
</section>
`;
}

function limitRow(limit: LimitLine, anchor: string): Html {
  const { measure, cells, homes, of, met, changes } = limit;
  return html`<tr><th scope="row">${measure}</th><td>${scopeText(limit)}</td><td class="number">${count(cells)}<br><small>${percent(cells, of.cells)}</small></td><td class="number">${count(homes)}<br><small>${percent(homes, of.homes)}</small></td><td>${limitText(limit)}</td><td class="${met ? 'good' : 'bad'}">${met ? '✓ yes' : '✗ no'}</td><td>${changes.map((place, at) => html`${at > 0 && ', '}<a href="#${anchor}change-${place + 1}">${place + 1}</a>`)}</td></tr>
`;
}

/** Whether all is as expected and within limits, in a word; nothing where nothing is. */
export function gateVerdict({ expectations, limits = [] }: ImpactReport): Html {
  const gates = [...expectations, ...limits];
  if (gates.length === 0) return html``;
  const failed = gates.filter(({ met }) => !met).map(({ measure }) => measure);
  return failed.length === 0
    ? html`<p><span class="verdict good">✓ as expected</span></p>\n`
    : html`<p><span class="verdict bad">✗ not as expected: ${[...new Set(failed)].join(', ')}</span></p>\n`;
}
