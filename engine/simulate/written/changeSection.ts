import { clause } from '../../clauses/ClauseRegister.ts';
import { obligationText } from '../../obligations/obligationText.ts';
import type { Reason } from '../../rego/Verdict.ts';
import type { ChangeClass, Witness } from '../ImpactReport.ts';
import { flipText } from './flipText.ts';
import { type Html, html } from './html.ts';
import { count, counted } from './numbers.ts';
import { peopleText } from './peopleText.ts';
import type { ReportContext } from './ReportContext.ts';

/**
 * The change classes: a table to look over, and each by itself with its rules, clauses and witness.
 *
 * @param anchor comes before the ids, where several reports are on a page
 */
export function changeSection(changes: readonly ChangeClass[], context: ReportContext, anchor = ''): Html {
  if (changes.length === 0) return html`<p>Nothing changes for anybody.</p>\n`;
  return html`<div class="wide"><table>
<thead><tr><th scope="col">#</th><th scope="col">before</th><th scope="col">after</th><th scope="col" class="number">cells</th><th scope="col" class="number">homes</th><th scope="col" class="number">people</th><th scope="col">decided by, after</th><th scope="col">clauses</th></tr></thead>
<tbody>${changes.map((change, index) => rowOf(change, index + 1, anchor))}</tbody>
</table></div>
${changes.map((change, index) => articleOf(change, index + 1, context, anchor))}`;
}

function rowOf(
  { from, to, obligations, cells, homes, people, reasons }: ChangeClass,
  number: number,
  anchor: string,
): Html {
  const clauses = new Set([...reasons.before, ...reasons.after].flatMap((reason) => reason.clauses));
  return html`<tr><th scope="row"><a href="#${anchor}change-${number}">${number}</a></th><td>${from}</td><td>${to}${
    obligations.kind === 'changed' && to !== 'denied' && ', other obligations'
  }</td><td class="number">${count(cells)}</td><td class="number">${count(homes)}</td><td class="number">${count(people)}</td><td>${reasons.after.map(({ policy, rule }, at) => html`${at > 0 && html`<br>`}<code>${policy}/${rule}</code>`)}</td><td>${[...clauses].join(', ')}</td></tr>
`;
}

function articleOf(change: ChangeClass, number: number, context: ReportContext, anchor: string): Html {
  const { from, to, cells, homes, obligations, reasons, requesters, witness, smallestChange } = change;
  return html`<article id="${anchor}change-${number}">
<h3>${number}. ${from} → ${to} <small>${counted(cells, 'cell')} in ${counted(homes, 'home')}, ${peopleText(change)}</small></h3>
<dl>
<dt>before</dt><dd>${reasons.before.map((reason) => reasonOf(reason, context))}</dd>
<dt>after</dt><dd>${reasons.after.map((reason) => reasonOf(reason, context))}</dd>
${
  obligations.kind === 'changed' &&
  html`<dt>obligations</dt><dd>before: ${obligationText(obligations.before)}<br>after: ${obligationText(obligations.after)}</dd>
`
}<dt>asked by</dt><dd>${requesters.map(({ id, cells: own }, at) => html`${at > 0 && ', '}${id} (${count(own)})`)}</dd>
<dt>for example</dt><dd>${witnessOf(witness)}</dd>
<dt>it would flip</dt><dd>${flipText(smallestChange)}${smallestChange.kind === 'flips' && ' (evaluated)'}</dd>
</dl>
</article>
`;
}

function reasonOf({ code, policy, rule, file, line, clauses, message }: Reason, { register }: ReportContext): Html {
  const titled = clauses.map((id) => (register.byId.has(id) ? `${id} ${clause(register, id).title_zh}` : id));
  return html`<p>${code === 'waived' && 'waived: '}${message}<br><code>${policy}/${rule}</code>, <code>${file}:${line}</code>${titled.map((title) => html`<br><span lang="zh">${title}</span>`)}</p>`;
}

function witnessOf({ property, device, home, requester, action, purpose, before, after, input }: Witness): Html {
  return html`<p><code>${property}</code> of ${device} in ${home}: ${requester} asks to ${action} it for ${purpose}; ${before} before, ${after} after.</p>
<details><summary>What the policies were told of it</summary><pre>${JSON.stringify(input, null, 2)}</pre></details>`;
}
