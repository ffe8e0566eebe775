import type { AreaBranch } from './areaTree.ts';
import { type Html, html } from './html.ts';
import { counted, fixed, percent } from './numbers.ts';
import { type Rectangle, squarify } from './squarify.ts';

/** The proportions in which rectangles are laid out; on the page they stretch to its width. */
const WHOLE: Rectangle = { x: 0, y: 0, width: 160, height: 100 };
const HEIGHT = 340;
/** So many shades tell how much changes, from the least that is not nothing to the most. */
const SHADES = 5;
/** Rectangles narrower or lower than this, in per cent, have no room for their name: it is in their title and in the table. */
const ROOM = { width: 9, height: 9 };

/** What areas may be as large as. */
const SIZES = ['cells', 'homes'] as const;
type Size = (typeof SIZES)[number];

/**
 * Treemaps of areas: as large as they have cells or homes, in the stronger a shade the larger the share of these that
 * changes. Areas that have parts lead to a map of their own; the page shows the one that its address names, or else that of
 * the whole. No script is needed.
 */
export function areaTreemap(root: AreaBranch): Html {
  return html`<div class="treemaps">
${SIZES.map((size, index) => html`<input type="radio" name="size" id="by-${size}"${index === 0 && html` checked`}><label for="by-${size}">by ${size}</label>\n`)}${SIZES.map((size) => mapsOf(root, size))}</div>
`;
}

function mapsOf(root: AreaBranch, size: Size): Html {
  const most = mostChanged(root, size);
  const step = most === 0 ? 0 : stepFor(most);
  const ids = new Map(branchesOf(root).map((branch, index) => [branch, `${size}-${index}`]));
  // The whole comes last, so that a sibling before it that is shown can hide it.
  const maps = [...ids.keys()].toReversed().map((branch) => mapOf(branch, { root, size, step, ids }));
  return html`<div class="maps ${size}">
${maps}${legend(step)}</div>
`;
}

type Context = {
  readonly root: AreaBranch;
  readonly size: Size;
  /** How much more changes from shade to shade, as a share. */
  readonly step: number;
  /** Of the areas that have parts. */
  readonly ids: ReadonlyMap<AreaBranch, string>;
};

function branchesOf(branch: AreaBranch): readonly AreaBranch[] {
  return branch.parts.length === 0 ? [] : [branch, ...branch.parts.flatMap(branchesOf)];
}

function mapOf(branch: AreaBranch, context: Context): Html {
  const { root, size, ids } = context;
  const id = ids.get(branch)!;
  const parts = branch.parts.toSorted((a, b) => b[size] - a[size]);
  const placed = squarify(
    parts.map((part) => part[size]),
    WHOLE,
  );
  return html`<section class="map${branch === root && ' whole'}" id="map-${id}">
<h3>${pathTo(branch, context)}</h3>
<svg class="chart" width="100%" height="${HEIGHT}" role="group" aria-labelledby="title-${id} desc-${id}">
<title id="title-${id}">Areas of ${branch.name}</title>
<desc id="desc-${id}">${parts.length} areas, as large as they have ${size}, shaded by the share of these that changes. The table of areas has the same numbers.</desc>
${parts.map((part, index) => cellOf(part, placed[index]!, context))}</svg>
</section>
`;
}

/** Where a map lies within the whole, each step a way back. */
function pathTo(branch: AreaBranch, { root, size, ids }: Context): Html {
  const steps = stepsTo(branch, root);
  return html`${steps.map((step, index) =>
    index === steps.length - 1
      ? html`${step.name} <small>${counted(step[size], size.slice(0, -1))}, ${percent(step.changed[size], step[size])} changed</small>`
      : html`<a href="#map-${ids.get(step)!}">${step.name}</a> › `,
  )}`;
}

function stepsTo(branch: AreaBranch, from: AreaBranch): readonly AreaBranch[] {
  if (branch === from) return [from];
  const [way] = from.parts.map((part) => stepsTo(branch, part)).filter((steps) => steps.length > 0);
  return way ? [from, ...way] : [];
}

function cellOf(part: AreaBranch, { x, y, width, height }: Rectangle, { size, step, ids }: Context): Html {
  const [across, down] = [(width / WHOLE.width) * 100, (height / WHOLE.height) * 100];
  const id = ids.get(part);
  const share = percent(part.changed[size], part[size]);
  const shade = shadeOf(part, size, step);
  const room = across >= ROOM.width && down >= ROOM.height;
  const told = `${part.name}: ${counted(part[size], size.slice(0, -1))}, ${share} changed`;
  const cell = html`<svg x="${fixed((x / WHOLE.width) * 100)}%" y="${fixed((y / WHOLE.height) * 100)}%" width="${fixed(across)}%" height="${fixed(down)}%">
<title>${told}</title>
<rect class="shade-${shade}" width="100%" height="100%"/>${
    room &&
    html`<text class="on-${shade}" x="6" y="17"><tspan class="strong">${part.name}</tspan><tspan x="6" dy="1.3em">${share}</tspan></text>`
  }</svg>`;
  return id === undefined ? html`${cell}\n` : html`<a href="#map-${id}" aria-label="${told}">${cell}</a>\n`;
}

/** A step between shades that reads well and leads to the largest share of any area that changes: shades mean the same on every map. */
function stepFor(most: number): number {
  const exact = most / SHADES;
  const power = 10 ** Math.floor(Math.log10(exact));
  return Math.min(1 / SHADES, power * [1, 2, 2.5, 5, 10].find((factor) => exact <= factor * power * (1 + 1e-9))!);
}

function mostChanged(branch: AreaBranch, size: Size): number {
  const own = branch[size] === 0 ? 0 : branch.changed[size] / branch[size];
  return Math.max(own, ...branch.parts.map((part) => mostChanged(part, size)));
}

/** 0 where nothing changes. */
function shadeOf(branch: AreaBranch, size: Size, step: number): number {
  const changed = branch.changed[size];
  return changed === 0 ? 0 : Math.min(SHADES, Math.ceil(changed / branch[size] / step));
}

function legend(step: number): Html {
  if (step === 0) return html``;
  const shades = Array.from({ length: SHADES }, (_, shade) => shade + 1);
  const bound = (shade: number) => `${Number((shade * step * 100).toPrecision(3))} %`;
  return html`<ul class="legend"><li>${swatch(0)} nothing changes</li>${shades.map(
    (shade) => html`<li>${swatch(shade)} up to ${bound(shade)}</li>`,
  )}</ul>`;
}

function swatch(shade: number): Html {
  return html`<svg class="chart" width="14" height="14" aria-hidden="true"><rect class="shade-${shade}" width="14" height="14"/></svg>`;
}
