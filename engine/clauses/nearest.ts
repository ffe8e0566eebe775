/**
 * The candidates that a mistyped word may have meant, best first: at most a third of its letters differ, without regard
 * to case.
 */
export function nearest(word: string, candidates: readonly string[], limit: number): readonly string[] {
  const wanted = word.toLowerCase();
  const reach = Math.max(1, Math.floor(word.length / 3));
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase(), reach) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Letters to add, drop, change or swap with their neighbour to get from one word to the other; anything above `limit` is `limit + 1`. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let before: readonly number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          previous[column]! + 1,
          current[column - 1]! + 1,
          previous[column - 1]! + change,
          swapped ? before[column - 2]! + 1 : limit + 1,
        ),
      );
    }
    [before, previous] = [previous, current];
  }
  return Math.min(previous[to.length]!, limit + 1);
}
