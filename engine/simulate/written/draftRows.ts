import type { ImpactReport } from '../ImpactReport.ts';
import { type Html, html } from './html.ts';

/** What a draft changes, and what of it is not in force, for a list of descriptions. */
export function draftRows({ draft, notInForce = [] }: Pick<ImpactReport, 'draft' | 'notInForce'>): Html {
  return html`${draft.replaced.map((one) => html`<dt>replaces</dt><dd><code>${one.package}</code> (${one.by.join(', ')})</dd>\n`)}${draft.added.map((one) => html`<dt>adds</dt><dd><code>${one.package}</code> (${one.files.join(', ')})</dd>\n`)}${draft.removed.map((one) => html`<dt>takes out</dt><dd>the rule <code>${one.rule}</code> of <code>${one.package}</code></dd>\n`)}${notInForce.map((one) => html`<dt>not in force</dt><dd><code>${one.package}</code> is in force from ${one.from}${one.until !== null && ` until ${one.until}`} and changes nothing here</dd>\n`)}`;
}
