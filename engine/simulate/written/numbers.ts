/** A number as people read it: `13,515,900`. */
export function count(number: number): string {
  return number.toLocaleString('en-GB');
}

/** A number of things: `1 home`, `12 homes`. */
export function counted(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

/**
 * A share in per cent that never says none of some, nor all of not quite all: `0.02 %`, `< 0.01 %`, `99.99 %`.
 *
 * @param part no more than the whole
 */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  if (part === whole) return '100 %';
  const share = (part / whole) * 100;
  if (share < 0.01) return '< 0.01 %';
  if (share > 99.99) return '> 99.99 %';
  const digits = share < 1 || share > 99 ? 2 : 1;
  // Down, so that what is below a bound never reads as the bound.
  const unit = 10 ** digits;
  return `${(Math.floor(share * unit) / unit).toFixed(digits)} %`;
}

/** A coordinate in so many digits as matter on a screen. */
export function fixed(coordinate: number): string {
  return String(Math.round(coordinate * 100) / 100);
}
