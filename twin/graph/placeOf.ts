import type { GeoPlace } from '../changes.ts';
import type { HomeNode, TwinGraph } from './TwinGraph.ts';

/** The zone of homes of which nobody said where they stand. */
const DEFAULT_ZONE = 'Asia/Shanghai';

/** Where a home stands: its own place, else that of the closest area around it that has one; null when none is known. */
export function placeOf({ areas, areaPlaces }: TwinGraph, { home, place }: HomeNode): GeoPlace | null {
  if (place !== null || areaPlaces.size === 0) return place;
  for (let area = areas.get(home.area); area; area = areas.get(area.parent ?? '')) {
    const known = areaPlaces.get(area.id);
    if (known) return known;
  }
  return null;
}

/** The time zone of a home, by whose clock its people live. */
export function zoneOf(graph: TwinGraph, home: HomeNode): string {
  return placeOf(graph, home)?.timeZone ?? DEFAULT_ZONE;
}
