import { canonicalJson } from '../../canonicalJson.ts';

/** Numbers between two ends, each of which may belong to them. */
type Interval = {
  readonly from: number;
  readonly to: number;
  readonly withFrom: boolean;
  readonly withTo: boolean;
};

/** Values that are no numbers: some, or all but some; each by its canonical JSON. */
type Others = { readonly allBut: boolean; readonly listed: ReadonlySet<string> };

/**
 * A set of JSON values: numbers as intervals that do not touch, in order, and all others one by one. Whatever a condition
 * on a fact allows is such a set, and so is what two conditions allow together, and what one does not allow.
 */
export type ValueSet = { readonly numbers: readonly Interval[]; readonly others: Others };

const ALL_NUMBERS: readonly Interval[] = [{ from: -Infinity, to: Infinity, withFrom: false, withTo: false }];
const NO_OTHERS: Others = { allBut: false, listed: new Set() };

export const EVERYTHING: ValueSet = { numbers: ALL_NUMBERS, others: { allBut: true, listed: new Set() } };

/** Exactly these values. */
export function oneOf(values: Iterable<unknown>): ValueSet {
  const all = [...values];
  const points = [...new Set(all.filter((each) => typeof each === 'number'))].sort((a, b) => a - b);
  return {
    numbers: points.map((each) => ({ from: each, to: each, withFrom: true, withTo: true })),
    others: { allBut: false, listed: new Set(all.filter((each) => typeof each !== 'number').map(canonicalJson)) },
  };
}

/** The numbers from one to another; both belong to them unless told otherwise. */
export function numbersBetween(
  from: number,
  to: number,
  { withFrom = true, withTo = true }: { readonly withFrom?: boolean; readonly withTo?: boolean } = {},
): ValueSet {
  const numbers = [{ from, to, withFrom, withTo }].filter(isAny);
  return { numbers, others: NO_OTHERS };
}

/** What belongs to both. */
export function intersect(a: ValueSet, b: ValueSet): ValueSet {
  if (a === EVERYTHING) return b;
  if (b === EVERYTHING) return a;
  const numbers = a.numbers.flatMap((one) => b.numbers.map((other) => overlap(one, other)).filter(isAny));
  return { numbers, others: othersInBoth(a.others, b.others) };
}

/** What belongs to either. */
export function unite(a: ValueSet, b: ValueSet): ValueSet {
  return complement(intersect(complement(a), complement(b)));
}

/** What does not belong to it. */
export function complement({ numbers, others }: ValueSet): ValueSet {
  const gaps: Interval[] = [];
  let [from, withFrom] = [-Infinity, false];
  for (const each of numbers) {
    gaps.push({ from, withFrom, to: each.from, withTo: !each.withFrom });
    [from, withFrom] = [each.to, !each.withTo];
  }
  gaps.push({ from, withFrom, to: Infinity, withTo: false });
  return { numbers: gaps.filter(isAny), others: { ...others, allBut: !others.allBut } };
}

export function isEmpty({ numbers, others }: ValueSet): boolean {
  return numbers.length === 0 && !others.allBut && others.listed.size === 0;
}

/** Whether all of one belongs to the other. */
export function isWithin(inner: ValueSet, outer: ValueSet): boolean {
  if (inner === outer) return true;
  return (
    inner.numbers.every((each) => outer.numbers.some((other) => spans(other, each))) &&
    areAmong(inner.others, outer.others)
  );
}

/** Whether nothing belongs to both. */
export function areApart(a: ValueSet, b: ValueSet): boolean {
  if (a === EVERYTHING || b === EVERYTHING) return isEmpty(a) || isEmpty(b);
  return (
    !a.numbers.some((one) => b.numbers.some((other) => meetSomewhere(one, other))) && areOthersApart(a.others, b.others)
  );
}

/** Whether a value belongs to it. */
export function holds(set: ValueSet, value: unknown): boolean {
  return !isEmpty(intersect(set, oneOf([value])));
}

/** Intervals of a set do not touch, so that one within the set is within one of them. */
function spans(outer: Interval, inner: Interval): boolean {
  const begins = outer.from < inner.from || (outer.from === inner.from && (outer.withFrom || !inner.withFrom));
  const ends = outer.to > inner.to || (outer.to === inner.to && (outer.withTo || !inner.withTo));
  return begins && ends;
}

function meetSomewhere(a: Interval, b: Interval): boolean {
  if (a.to < b.from || b.to < a.from) return false;
  if (a.to === b.from) return a.withTo && b.withFrom;
  return b.to === a.from ? b.withTo && a.withFrom : true;
}

function areAmong(inner: Others, outer: Others): boolean {
  if (inner.allBut) return outer.allBut && outer.listed.isSubsetOf(inner.listed);
  return outer.allBut ? inner.listed.isDisjointFrom(outer.listed) : inner.listed.isSubsetOf(outer.listed);
}

function areOthersApart(a: Others, b: Others): boolean {
  if (a.allBut) return !b.allBut && b.listed.isSubsetOf(a.listed);
  return b.allBut ? a.listed.isSubsetOf(b.listed) : a.listed.isDisjointFrom(b.listed);
}

function isAny({ from, to, withFrom, withTo }: Interval): boolean {
  return from < to || (from === to && withFrom && withTo && Number.isFinite(from));
}

function overlap(a: Interval, b: Interval): Interval {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return {
    from,
    to,
    withFrom: (a.from < from || a.withFrom) && (b.from < from || b.withFrom),
    withTo: (a.to > to || a.withTo) && (b.to > to || b.withTo),
  };
}

function othersInBoth(a: Others, b: Others): Others {
  if (a.allBut && b.allBut) return { allBut: true, listed: a.listed.union(b.listed) };
  if (a.allBut) return { allBut: false, listed: b.listed.difference(a.listed) };
  if (b.allBut) return { allBut: false, listed: a.listed.difference(b.listed) };
  return { allBut: false, listed: a.listed.intersection(b.listed) };
}

/** Equal for equal sets. */
export function textOfSet({ numbers, others }: ValueSet): string {
  const intervals = numbers.map(
    (each) => `${each.withFrom ? '[' : '('}${each.from},${each.to}${each.withTo ? ']' : ')'}`,
  );
  return `${intervals.join('')}${others.allBut ? '!' : ''}${[...others.listed].sort().join(' ')}`;
}
