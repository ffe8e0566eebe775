import type { ImpactCounts, ImpactKey, ImpactLine, ObservedImpact } from '../../trust/activations/RolloutRecord.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { Decided } from '../combine.ts';

/** What of a decision is compared. */
export type Compared = Pick<Decided, 'outcome' | 'obligations' | 'errors'>;

type Counting = { -readonly [Name in keyof ImpactCounts]: number };

/** Counts cells by what two bundles decide about them, in all and by who asks for what. */
export class ImpactTally {
  readonly #total = noCells();
  readonly #lines = new Map<string, { readonly of: ImpactKey; readonly counts: Counting }>();

  /** @param before what was counted already */
  constructor(before: Pick<ObservedImpact, 'total' | 'lines'> | null = null) {
    if (before === null) return;
    addTo(this.#total, before.total);
    for (const { of, counts } of before.lines) addTo(this.#line(of), counts);
  }

  add(of: ImpactKey, counts: ImpactCounts): void {
    addTo(this.#line(of), counts);
    addTo(this.#total, counts);
  }

  get total(): ImpactCounts {
    return this.#total;
  }

  /** In the order of their keys, without what neither bundle allows. */
  lines(): readonly ImpactLine[] {
    const lines = [...this.#lines].filter(([, { counts }]) => counts.allowed > 0 || counts.errors > 0);
    return lines.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { of, counts }]) => ({ of, counts: { ...counts } }));
  }

  #line({ tier, organisation, action, purpose, resource, category }: ImpactKey): Counting {
    const key = `${tier} ${organisation} ${action} ${purpose} ${resource} ${category}`;
    let line = this.#lines.get(key);
    if (!line) {
      line = { of: { tier, organisation, action, purpose, resource, category }, counts: noCells() };
      this.#lines.set(key, line);
    }
    return line.counts;
  }
}

/** What so many cells count for whose decision goes from one to another. */
export function impactOf(before: Compared, after: Compared, cells: number): ImpactCounts {
  const [allowedBefore, allowedAfter] = [before.outcome !== 'denied', after.outcome !== 'denied'];
  const changed =
    before.outcome !== after.outcome || canonicalJson(before.obligations) !== canonicalJson(after.obligations);
  const count = (is: boolean) => (is ? cells : 0);
  return {
    cells,
    allowedBefore: count(allowedBefore),
    allowed: count(allowedBefore || allowedAfter),
    changed: count(changed),
    newlyDenied: count(allowedBefore && !allowedAfter),
    newlyRaw: count(before.outcome !== 'raw' && after.outcome === 'raw'),
    errors: count(after.errors.length > 0 && before.errors.length === 0),
  };
}

function noCells(): Counting {
  return { cells: 0, allowedBefore: 0, allowed: 0, changed: 0, newlyDenied: 0, newlyRaw: 0, errors: 0 };
}

function addTo(sum: Counting, counts: ImpactCounts): void {
  for (const name of Object.keys(sum) as (keyof Counting)[]) sum[name] += counts[name];
}
