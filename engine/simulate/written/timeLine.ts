import type { ReportedOutcome } from '../../census/Transitions.ts';
import { LADDER } from './flows.ts';
import { type Html, html } from './html.ts';
import { count, counted, fixed, percent } from './numbers.ts';

/** How many cells had each outcome at an instant; outcomes that none had may be missing. */
type OutcomeCounts = Readonly<Partial<Record<ReportedOutcome, number>>>;

/** An instant of a time line, ISO 8601, and the outcomes under each of the policies that are compared then. */
export type OutcomePoint = { readonly at: string; readonly before: OutcomeCounts; readonly after: OutcomeCounts };

const HEIGHT = 150;
const AXIS = 24;
const DAY = 86_400_000;

/**
 * The shares of outcomes over time as two stacked areas, under the policies before and after, to one scale. Instants are
 * where they lie in time; between them shares are drawn as they were at the earlier one, for nothing is known in between.
 *
 * @param points by rising instants, one at least
 * @param until the end of the time that the last of them tells of; where it is not known, as long as an instant lasts on average
 */
export function timeLine(points: readonly OutcomePoint[], until?: string): Html {
  const outcomes = LADDER.filter((outcome) =>
    points.some(({ before, after }) => (before[outcome] ?? 0) + (after[outcome] ?? 0) > 0),
  );
  return html`<div class="times">
${(['before', 'after'] as const).map((side) => stackOf(side, { points, outcomes, end: endOf(points, until) }))}</div>
<ul class="legend">${outcomes.toReversed().map((outcome) => html`<li><svg class="chart" width="14" height="14" aria-hidden="true"><rect class="outcome-${outcome}" width="14" height="14"/></svg> ${outcome}</li>`)}</ul>
<details><summary>The numbers</summary><div class="wide"><table>
<thead><tr><th scope="col">instant</th><th scope="col">policies</th>${outcomes.map((outcome) => html`<th scope="col" class="number">${outcome}</th>`)}</tr></thead>
<tbody>${points.flatMap((point) => (['before', 'after'] as const).map((side) => html`<tr><th scope="row">${point.at}</th><td>${side}</td>${outcomes.map((outcome) => html`<td class="number">${count(point[side][outcome] ?? 0)}</td>`)}</tr>`))}</tbody>
</table></div></details>
`;
}

type Drawn = {
  readonly points: readonly OutcomePoint[];
  readonly outcomes: readonly ReportedOutcome[];
  /** The end of the time line, in milliseconds since 1970. */
  readonly end: number;
};

function endOf(points: readonly OutcomePoint[], until: string | undefined): number {
  if (until !== undefined) return Date.parse(until);
  const [first, last] = [Date.parse(points[0]!.at), Date.parse(points.at(-1)!.at)];
  return points.length === 1 ? last + DAY : last + (last - first) / (points.length - 1);
}

function stackOf(side: 'before' | 'after', { points, outcomes, end }: Drawn): Html {
  const instants = points.map(({ at }) => Date.parse(at));
  const first = instants[0]!;
  const x = (instant: number) => fixed(((instant - first) / (end - first)) * 100);
  const bands = bandsOf(
    points.map((point) => point[side]),
    outcomes,
  );
  const paths = outcomes.map((outcome, index) => {
    const edges = bands.map((at) => [at[index]!, at[index + 1]!] as const);
    const forth = edges.map(([, top], at) => `${at === 0 ? 'M' : 'L'}${x(instants[at]!)} ${y(top)}${stepTo(at, top)}`);
    const back = edges.toReversed().map(([bottom], fromLast) => {
      const at = edges.length - 1 - fromLast;
      return `${stepTo(at, bottom)}L${x(instants[at]!)} ${y(bottom)}`;
    });
    return html`<path class="outcome-${outcome}" d="${[...forth, ...back].join('')}Z"><title>${outcome}</title></path>`;
  });
  const id = `time-${side}`;
  return html`<figure><figcaption>Policies ${side}</figcaption>
<svg class="chart" width="100%" height="${HEIGHT + AXIS}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">Outcomes over time, policies ${side}</title>
<desc id="${id}-desc">${descriptionOf(points, side, outcomes)}</desc>
<svg width="100%" height="${HEIGHT}" viewBox="0 0 100 100" preserveAspectRatio="none">${paths}</svg>
<text y="${HEIGHT + 17}">${momentOf(first)}</text><text x="100%" y="${HEIGHT + 17}" text-anchor="end">${momentOf(end)}</text>
</svg></figure>
`;

  /** A share holds until the next instant. */
  function stepTo(at: number, share: number): string {
    return `L${x(instants[at + 1] ?? end)} ${y(share)}`;
  }
}

/** For each point the bounds between outcomes, as shares from 0 to 1. */
function bandsOf(
  points: readonly OutcomeCounts[],
  outcomes: readonly ReportedOutcome[],
): readonly (readonly number[])[] {
  return points.map((counts) => {
    const total = outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
    let reached = 0;
    return [
      0,
      ...outcomes.map((outcome) => {
        reached += counts[outcome] ?? 0;
        return total === 0 ? 0 : reached / total;
      }),
    ];
  });
}

function y(share: number): string {
  return fixed(100 - share * 100);
}

/** A day, with the time in UTC unless it is midnight there. */
function momentOf(instant: number): string {
  const text = new Date(instant).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : `${text.slice(0, 16).replace('T', ' ')} UTC`;
}

function descriptionOf(
  points: readonly OutcomePoint[],
  side: 'before' | 'after',
  outcomes: readonly ReportedOutcome[],
): string {
  const told = (point: OutcomePoint) => {
    const total = outcomes.reduce((sum, outcome) => sum + (point[side][outcome] ?? 0), 0);
    const shares = outcomes.map((outcome) => `${outcome} ${percent(point[side][outcome] ?? 0, total)}`);
    return `${point.at}: ${shares.join(', ')}`;
  };
  return `${counted(points.length, 'instant')}. ${told(points[0]!)}. ${told(points.at(-1)!)}. The table below has all numbers.`;
}
