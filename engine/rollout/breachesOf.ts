import type { Breach, ImpactCounts, RolloutBudget } from '../../trust/activations/RolloutRecord.ts';

/** What there is to hold against a budget: counts, and how long 99 of 100 decisions took, null where none was timed. */
export type Measured = { readonly total: ImpactCounts; readonly p99Ms: number | null };

/** The bounds of a budget that are broken, none when it is kept. */
export function breachesOf(budget: RolloutBudget, { total, p99Ms }: Measured): readonly Breach[] {
  const { newlyDenied, newlyRaw, errors } = budget;
  const seen = total.cells >= budget.fromCells;
  const breaches: Breach[] = [];
  if (newlyDenied !== null && isOver(newlyDenied, total.newlyDenied, total.allowedBefore, seen)) {
    const found = `${total.newlyDenied} of ${total.allowedBefore} cells (${percent(total.newlyDenied, total.allowedBefore)})`;
    breaches.push({ measure: 'newly_denied', most: `${newlyDenied * 100} %`, found });
  }
  if (newlyRaw !== null && 'cells' in newlyRaw && total.newlyRaw > newlyRaw.cells) {
    breaches.push({ measure: 'newly_raw', most: `${newlyRaw.cells} cells`, found: `${total.newlyRaw} cells` });
  }
  if (newlyRaw !== null && 'share' in newlyRaw && isOver(newlyRaw.share, total.newlyRaw, total.allowed, seen)) {
    const found = `${total.newlyRaw} of ${total.allowed} cells (${percent(total.newlyRaw, total.allowed)})`;
    breaches.push({ measure: 'newly_raw', most: `${newlyRaw.share * 100} %`, found });
  }
  if (errors !== null && total.errors > errors) {
    breaches.push({ measure: 'errors', most: `${errors} cells`, found: `${total.errors} cells` });
  }
  if (budget.p99Ms !== null && p99Ms !== null && seen && p99Ms > budget.p99Ms) {
    breaches.push({ measure: 'p99', most: `${budget.p99Ms} ms`, found: `${p99Ms.toPrecision(3)} ms` });
  }
  return breaches;
}

/** A share of a few cells says little; where none is allowed, one is too many from the first on. */
function isOver(most: number, count: number, among: number, seen: boolean): boolean {
  return (seen || most === 0) && count > most * among;
}

function percent(count: number, among: number): string {
  return `${((count / among) * 100).toFixed(2)} %`;
}
