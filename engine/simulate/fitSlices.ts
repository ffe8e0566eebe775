import { AREA_LEVELS } from '../../twin/words.ts';
import type { Slice } from './ImpactReport.ts';

/** Some ten megabytes of JSON: more is opened by no program that people have at hand. */
const MOST_SLICES = 50_000;

/**
 * As many slices as a report holds: where there are more, those of the narrowest areas are left out, level by level, and it
 * says so. Those of the widest area stay.
 */
export function fitSlices(
  slices: readonly Slice[],
  most: number = MOST_SLICES,
): { readonly slices: readonly Slice[]; readonly omitted: readonly string[] } {
  const byLevel = Map.groupBy(slices, ({ level }) => level);
  const levels = AREA_LEVELS.filter((level) => byLevel.has(level));
  let left = slices.length;
  const omitted: string[] = [];
  while (left > most && levels.length > 1) {
    const level = levels.pop()!;
    const count = byLevel.get(level)!.length;
    left -= count;
    omitted.push(`slices: ${count} of areas of the level ${level}, for there are more than ${most} in all`);
  }
  return { slices: slices.filter(({ level }) => levels.includes(level)), omitted };
}
