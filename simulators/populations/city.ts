import { invariant } from '../../twin/CodedError.ts';
import type { Change } from '../../twin/changes.ts';
import { buildingId, planCity } from './cityAreas.ts';
import { drawHome } from './cityHome.ts';
import { Random } from './Random.ts';

/** A city that never was, told as what happened in it. */
export type City = {
  readonly id: string;
  /** How many homes it has. */
  readonly size: number;
  /** Areas, organisations and their relations: what must be taken in before any home. */
  readonly areas: readonly Change[];
  /** What happened in the home of a number from 0: the same each time, whichever homes were asked for before. */
  home(index: number): readonly Change[];
};

/**
 * A city drawn from a seed: homes, people, leases, permissions, devices by real model, alarms. The first homes of a
 * larger city are those of a smaller one.
 *
 * @example
 * const city = cityPopulation({ seed: 1, homes: 2_000 });
 * city.home(0)[0]; // { kind: 'home_added', home: { id: 'home-1', area: 'building-1', ... } }
 */
export function cityPopulation({ seed, homes }: { readonly seed: number; readonly homes: number }): City {
  const { events, buildingStarts, communityOfBuilding } = planCity(homes);
  return {
    id: `city-${seed}-${homes}`,
    size: homes,
    areas: events,
    home(index) {
      invariant(index >= 0 && index < homes, `the city has a home ${index}`);
      const building = lastAtMost(buildingStarts, index);
      const flat = index - buildingStarts[building]! + 1;
      return drawHome(new Random(seed, index), {
        id: `home-${index + 1}`,
        building: buildingId(building),
        community: communityOfBuilding[building]!,
        name: `building ${building + 1}, flat ${flat}`,
      });
    },
  };
}

/** The index of the last of the rising numbers that is not above `limit`. */
function lastAtMost(rising: readonly number[], limit: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rising[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
