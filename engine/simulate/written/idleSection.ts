import type { IdleRule, ImpactReport } from '../ImpactReport.ts';
import { type Html, html } from './html.ts';
import { count } from './numbers.ts';

export function idleSection({ neverReached, neverDecide }: ImpactReport): Html {
  const lists: readonly (readonly [string, readonly IdleRule[]])[] = [
    ['Rules of the proposed policies that hold for no cell that was asked about', neverReached.after],
    ['Rules of the proposed policies that hold for some and decide none', neverDecide.after],
  ];
  const rows = ({ policy, rule, kind, file, line, clauses, inForce }: IdleRule): Html =>
    html`<tr><th scope="row"><code>${policy}/${rule}</code></th><td>${kind}</td><td><code>${file}:${line}</code></td><td>${clauses.join(', ')}</td><td>${inForce === false && 'not in force then'}</td></tr>
`;
  return html`<section>
<h2>Rules without effect here</h2>
${lists.map(([what, rules]) =>
  rules.length === 0
    ? html`<p>${what}: none.</p>\n`
    : html`<details><summary>${what}: ${count(rules.length)}</summary><div class="wide"><table>
<thead><tr><th scope="col">rule</th><th scope="col">kind</th><th scope="col">place</th><th scope="col">clauses</th><th scope="col"></th></tr></thead>
<tbody>${rules.map(rows)}</tbody>
</table></div></details>
`,
)}</section>
`;
}
