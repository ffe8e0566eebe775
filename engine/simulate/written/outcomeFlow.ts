import type { ReportedOutcome } from '../../census/Transitions.ts';
import { type Direction, type Flow, LADDER } from './flows.ts';
import { type Html, html } from './html.ts';
import { count, counted, fixed } from './numbers.ts';

/** All that changes is as high as this, in pixels, and the thinnest ribbon so high that it is seen. */
const HEIGHT = 260;
const THINNEST = 3;
/** Labels of two bars do not touch, however thin these are. */
const SLOT = 20;
const GAP = 14;
const BAR = 10;

const WORDS: Readonly<Record<Direction, string>> = {
  widened: 'sees more',
  narrowed: 'sees less',
  obligations: 'same outcome, other obligations',
};

type Placed = { readonly flow: Flow; readonly y: number; readonly thickness: number };
type Bar = {
  readonly outcome: ReportedOutcome;
  readonly cells: number;
  readonly y: number;
  readonly height: number;
  readonly ribbons: readonly Placed[];
};

/**
 * A Sankey diagram of what changes: outcomes before on the left, after on the right, and a ribbon for each flow. It is as
 * wide as the page: ribbons stretch, text does not.
 *
 * @param id of the diagram on its page
 */
export function outcomeFlow(flows: readonly Flow[], id: string): Html {
  const total = flows.reduce((sum, { cells }) => sum + cells, 0);
  const thickness = ({ cells }: Flow) => Math.max(THINNEST, (cells / total) * HEIGHT);
  const left = bars(flows, 'from', 'to', thickness);
  const right = bars(flows, 'to', 'from', thickness);
  const height = Math.max(bottomOf(left), bottomOf(right));
  const ends = new Map(right.flatMap(({ ribbons }) => ribbons.map((one) => [one.flow, one.y] as const)));
  const ribbons = left.flatMap((bar) => bar.ribbons.map((one) => ribbon(one, ends.get(one.flow)!)));
  return html`<svg class="chart flow" width="100%" height="${fixed(height)}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">Outcome flow</title>
<desc id="${id}-desc">${flows.map(sentenceOf).join('; ')}. The table below has the same numbers.</desc>
<svg x="0" y="0" width="100%" height="${fixed(height)}" viewBox="0 0 100 ${fixed(height)}" preserveAspectRatio="none">
${ribbons}</svg>
${left.map((bar) => markOf(bar, 'start'))}${right.map((bar) => markOf(bar, 'end'))}</svg>`;
}

/** The bars of one side, the most open outcome at the top, and where ribbons meet them: in the order of the other side. */
function bars(
  flows: readonly Flow[],
  side: 'from' | 'to',
  other: 'from' | 'to',
  thicknessOf: (flow: Flow) => number,
): readonly Bar[] {
  let top = 0;
  const ladder = LADDER.toReversed();
  return ladder.flatMap((outcome): Bar[] => {
    const own = flows
      .filter((flow) => flow[side] === outcome)
      .sort((a, b) => ladder.indexOf(a[other]) - ladder.indexOf(b[other]));
    if (own.length === 0) return [];
    const start = top;
    let y = start;
    const ribbons = own.map((flow): Placed => {
      const placed = { flow, y, thickness: thicknessOf(flow) };
      y += placed.thickness;
      return placed;
    });
    top = start + Math.max(y - start, SLOT) + GAP;
    return [{ outcome, cells: own.reduce((sum, { cells }) => sum + cells, 0), y: start, height: y - start, ribbons }];
  });
}

function bottomOf(side: readonly Bar[]): number {
  return Math.max(...side.map(({ y, height }) => y + Math.max(height, SLOT)));
}

function ribbon({ flow, y, thickness }: Placed, end: number): Html {
  const [top, bottom] = [fixed(y), fixed(y + thickness)];
  const [endTop, endBottom] = [fixed(end), fixed(end + thickness)];
  const path = `M0 ${top}C50 ${top} 50 ${endTop} 100 ${endTop}V${endBottom}C50 ${endBottom} 50 ${bottom} 0 ${bottom}Z`;
  return html`<path class="${flow.direction}" d="${path}"><title>${sentenceOf(flow)}</title></path>
`;
}

function sentenceOf({ from, to, direction, cells }: Flow): string {
  const way = direction === 'obligations' ? from : `${from} → ${to}`;
  return `${way}: ${counted(cells, 'cell')}, ${WORDS[direction]}`;
}

function markOf({ outcome, cells, y, height }: Bar, side: 'start' | 'end'): Html {
  const [x, shift, bar] = side === 'start' ? ['0', BAR + 6, 0] : ['100%', -BAR - 6, -BAR];
  const middle = fixed(y + Math.max(height, SLOT) / 2);
  return html`<svg x="${x}" y="0" overflow="visible"><rect class="bar" x="${bar}" y="${fixed(y)}" width="${BAR}" height="${fixed(height)}"/></svg>
<text x="${x}" dx="${shift}" y="${middle}" dy="0.35em" text-anchor="${side}"><tspan class="strong">${outcome}</tspan> ${count(cells)}</text>
`;
}

/** What the colours of a flow mean, those that it has. */
export function flowLegend(flows: readonly Flow[]): Html {
  const used = (['widened', 'narrowed', 'obligations'] as const).filter((one) =>
    flows.some(({ direction }) => direction === one),
  );
  return html`<ul class="legend">${used.map((one) => html`<li><svg class="chart" width="14" height="14" aria-hidden="true"><rect class="${one}" width="14" height="14"/></svg> ${WORDS[one]}</li>`)}</ul>`;
}
