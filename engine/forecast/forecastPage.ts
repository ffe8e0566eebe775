import type { Scenario } from '../simulate/Scenario.ts';
import { type Html, html } from '../simulate/written/html.ts';
import { count, counted } from '../simulate/written/numbers.ts';
import { page } from '../simulate/written/page.ts';
import { timeLine } from '../simulate/written/timeLine.ts';
import type { AccessChange, Forecast, MovedCells } from './Forecast.ts';

/** So many changes of access stand on the page, the largest; JSON has all. */
const MOST_CHANGES = 100;

/** A forecast as one page: outcomes over time under both policies, what made access change, when, and what was assumed. */
export function forecastPage(forecast: Forecast, { title, question }: Pick<Scenario, 'title' | 'question'>): string {
  const { population, from, until, seed, days, effects, digest } = forecast;
  return page(
    `${title}: forecast`,
    html`<header>
<p class="soft">Forecast</p>
<h1>${title}</h1>
<p class="question">${question.trim()}</p>
<p>One of many futures of ${counted(population.homes, 'home')} (<code>${population.id}</code>), from ${from} until ${until}, by seed ${seed}. What happens how often is assumed, and stands below.</p>
</header>
<section>
<h2>Outcomes over time</h2>
${timeLine(days, until)}</section>
<section>
<h2>What happened</h2>
${causeTable(forecast)}<p>Rules: ${count(effects.granted)} effects granted, ${count(effects.refused)} refused, ${count(effects.failed)} failed.</p>
</section>
<section>
<h2>When access changes</h2>
${changeTable(forecast)}</section>
<section>
<h2>What this rests on</h2>
${assumptions(forecast)}<dl><dt>SHA-256</dt><dd><code>${digest}</code></dd></dl>
</section>
`,
  );
}

const NUMBERS = ['gained', 'lost', 'other'] as const;

function causeTable({ causes }: Forecast): Html {
  if (causes.length === 0) return html`<p>Nothing happened.</p>\n`;
  return html`<div class="wide"><table>
<caption class="soft">Cells that were gained, lost, or got another outcome, under the policies before and after</caption>
<thead><tr><th scope="col">lifecycle</th><th scope="col">event</th><th scope="col" class="number">times</th>${movedTitles()}</tr></thead>
<tbody>${causes.map(({ lifecycle, event, times, before, after }) => html`<tr><th scope="row">${lifecycle}</th><td>${event}</td><td class="number">${count(times)}</td>${movedCells(before)}${movedCells(after)}</tr>\n`)}</tbody>
</table></div>
`;
}

function changeTable({ accessChanges }: Forecast): Html {
  if (accessChanges.length === 0) return html`<p>Nobody gains or loses access.</p>\n`;
  const shown = accessChanges
    .toSorted((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, MOST_CHANGES)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const left = accessChanges.length - shown.length;
  return html`<p>${counted(accessChanges.length, 'instant')}${left > 0 && `; these are the ${count(shown.length)} at which most cells change, JSON has all`}.</p>
<div class="wide"><table>
<thead><tr><th scope="col">at</th><th scope="col">cause</th><th scope="col">home</th>${movedTitles()}</tr></thead>
<tbody>${shown.map(({ at, cause, home, before, after }) => html`<tr><th scope="row">${at}</th><td>${cause.lifecycle} ${cause.event}</td><td>${home ?? 'many homes'}</td>${movedCells(before)}${movedCells(after)}</tr>\n`)}</tbody>
</table></div>
`;
}

function movedTitles(): readonly Html[] {
  return ['before', 'after'].flatMap((side) =>
    NUMBERS.map((name) => html`<th scope="col" class="number">${name}, ${side}</th>`),
  );
}

function movedCells(moved: MovedCells): readonly Html[] {
  return NUMBERS.map((name) => html`<td class="number">${moved[name] === 0 ? '·' : count(moved[name])}</td>`);
}

function sizeOf({ before, after }: AccessChange): number {
  return NUMBERS.reduce((sum, name) => sum + before[name] + after[name], 0);
}

function assumptions({ rates: { rates, delays } }: Forecast): Html {
  return html`<details><summary>How often things were made to happen, and by whose word</summary><div class="wide"><table>
<thead><tr><th scope="col">what</th><th scope="col">how often, or how long it takes</th><th scope="col">source</th></tr></thead>
<tbody>${Object.entries(rates).map(([name, { yearly, source }]) => html`<tr><th scope="row">${name}</th><td>${yearly} times a year</td><td>${source}</td></tr>\n`)}${Object.entries(delays).map(([name, { after, source }]) => html`<tr><th scope="row">${name}</th><td>after ${after}</td><td>${source}</td></tr>\n`)}</tbody>
</table></div></details>
`;
}
