/**
 * Which parts of a total may be told beside it: those of at least `least`, without the smallest of them where the rest
 * could be had by subtraction. What is withheld is then two parts or more that have `least` together, or nothing is told.
 */
export function suppress(parts: readonly number[], least: number): readonly boolean[] {
  const told = parts.map((part) => part >= least);
  const smallestFirst = [...parts.keys()].filter((at) => told[at]).sort((a, b) => parts[a]! - parts[b]! || a - b);
  for (const at of smallestFirst) {
    const withheld = parts.filter((_, other) => !told[other]);
    const sum = withheld.reduce((all, part) => all + part, 0);
    if (withheld.length === 0 || (withheld.length > 1 && sum >= least)) break;
    told[at] = false;
  }
  return told;
}
