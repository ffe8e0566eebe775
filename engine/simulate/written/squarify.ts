/** A rectangle; the unit is that of the one that is divided. */
export type Rectangle = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/**
 * Divides a rectangle among sizes, largest first, so that areas are as the sizes are and the parts are as near to squares
 * as they come (Bruls, Huizing and van Wijk, "Squarified treemaps", 2000). Sizes that are 0 get no area.
 *
 * @param sizes falling, none below 0
 */
export function squarify(sizes: readonly number[], whole: Rectangle): readonly Rectangle[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return sizes.map(() => ({ ...whole, width: 0, height: 0 }));
  const scale = (whole.width * whole.height) / total;
  const areas = sizes.map((size) => size * scale);
  const placed: Rectangle[] = [];
  let left = whole;
  while (placed.length < areas.length) {
    const side = Math.min(left.width, left.height);
    const row = rowAt(areas, placed.length, side);
    const length = row.reduce((sum, area) => sum + area, 0);
    // What is left may have no side to speak of once everything but zeros is placed.
    const depth = side > 0 ? length / side : 0;
    let at = 0;
    for (const area of row) {
      const extent = depth > 0 ? area / depth : 0;
      placed.push(
        left.width < left.height
          ? { x: left.x + at, y: left.y, width: extent, height: depth }
          : { x: left.x, y: left.y + at, width: depth, height: extent },
      );
      at += extent;
    }
    left =
      left.width < left.height
        ? { ...left, y: left.y + depth, height: Math.max(0, left.height - depth) }
        : { ...left, x: left.x + depth, width: Math.max(0, left.width - depth) };
  }
  return placed;
}

/** As many of the next areas as stand side by side along a side without the longest of them growing longer. */
function rowAt(areas: readonly number[], start: number, side: number): readonly number[] {
  let row = [areas[start]!];
  for (let next = start + 1; next < areas.length; next++) {
    const longer = [...row, areas[next]!];
    if (worstRatio(longer, side) > worstRatio(row, side)) break;
    row = longer;
  }
  return row;
}

/** How long the longest of a row is, as the ratio of its sides. */
function worstRatio(row: readonly number[], side: number): number {
  const sum = row.reduce((total, area) => total + area, 0);
  if (sum === 0 || side === 0) return 1;
  const [largest, smallest] = [row[0]!, row.at(-1)!];
  return Math.max((side * side * largest) / (sum * sum), smallest > 0 ? (sum * sum) / (side * side * smallest) : 0);
}
