import { getTimes } from 'suncalc';
import type { GeoPlace } from '../../../twin/changes.ts';
import type { SunEvent } from '../Rule.ts';
import { LocalClock } from './LocalClock.ts';

const DAY_MS = 86_400_000;
/** The longest polar day or night, with room to spare. */
const LONGEST_WAIT_DAYS = 370;

/** When the sun rises and sets on one date. It may do neither. */
export type SunDay = {
  /** Milliseconds since 1970; without a sunrise, before everything where the sun is up all day, else after everything. */
  readonly sunrise: number;
  /** The same the other way round: a sun that is up all day sets after everything. */
  readonly sunset: number;
};

/** The last date that somebody asked for at each place: nearly all ask for today. */
const lastAsked = new WeakMap<GeoPlace, { readonly day: number; readonly sun: SunDay }>();

/** The sun at a place on the date, there, of an instant. */
export function sunOn(place: GeoPlace, instant: number): SunDay {
  const day = LocalClock.of(place.timeZone).dayAt(instant);
  const last = lastAsked.get(place);
  if (last?.day === day) return last.sun;
  const sun = sunOfDay(place, day);
  lastAsked.set(place, { day, sun });
  return sun;
}

/** The first instant after `instant` that lies an offset (milliseconds) from a sunrise or sunset; null when none comes. */
export function nextSun(
  place: GeoPlace,
  { event, offset }: { readonly event: SunEvent; readonly offset: number },
  instant: number,
): number | null {
  const first = LocalClock.of(place.timeZone).dayAt(instant - offset) - 1;
  for (let day = first; day < first + LONGEST_WAIT_DAYS; day += 1) {
    const at = sunOfDay(place, day)[event] + offset;
    if (Number.isFinite(at) && at > instant) return at;
  }
  return null;
}

function sunOfDay({ latitude, longitude }: GeoPlace, day: number): SunDay {
  // Solar noon of the date there, to within the equation of time: the middle of the day that is meant.
  const noon = day * DAY_MS + DAY_MS / 2 - (longitude / 360) * DAY_MS;
  const { sunrise, sunset, alwaysUp } = getTimes(new Date(noon), latitude, longitude);
  const [before, after] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return {
    sunrise: sunrise?.getTime() ?? (alwaysUp ? before : after),
    sunset: sunset?.getTime() ?? (alwaysUp ? after : before),
  };
}
