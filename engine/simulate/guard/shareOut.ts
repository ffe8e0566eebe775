/**
 * Whole numbers from 0 on that add up to `total` and lie as near to the estimates as they can: the estimates are moved by
 * one amount to where their positive parts add up, then rounded, largest remainders up. A table whose parts were
 * measured apart adds up again, as in the TopDown algorithm of the US census of 2020.
 */
export function shareOut(estimates: readonly number[], total: number): readonly number[] {
  const order = [...estimates].sort((a, b) => b - a);
  let [sum, shift] = [0, 0];
  for (const [at, estimate] of order.entries()) {
    sum += estimate;
    const next = (sum - total) / (at + 1);
    if (estimate - next <= 0 && at > 0) break;
    shift = next;
  }
  const parts = estimates.map((estimate) => Math.max(0, estimate - shift));
  const shares = parts.map(Math.floor);
  const left = total - shares.reduce((all, share) => all + share, 0);
  const byRemainder = [...parts.keys()].sort((a, b) => parts[b]! - shares[b]! - (parts[a]! - shares[a]!) || a - b);
  for (const at of byRemainder.slice(0, left)) shares[at]! += 1;
  return shares;
}
