import type { Wakes } from '../Rule.ts';
import { NotTaken } from './NotTaken.ts';
import type { Scope } from './Scope.ts';
import { isoDuration, knownOf } from './values.ts';
import type { YamlMap } from './YamlTree.ts';

/** What wakes a rule by the clock, and the least time from one waking to the next, in milliseconds. */
type Pattern = { readonly wakes: Wakes; readonly every: number };

/** The least time from one time of day to the next; a day for one alone. */
export function leastGap(times: readonly string[]): number {
  const minutes = times.map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  const gaps = minutes.map((at, index) => (minutes[index + 1] ?? minutes[0]! + 24 * 60) - at);
  return Math.min(...gaps) * 60_000;
}

/** Patterns of the clock that are even steps from midnight on, or a few times a day. */
export function patternWakes(tree: YamlMap, scope: Scope): Pattern {
  const part = (name: string) => {
    const given = tree.entries.get(name);
    return given === undefined ? null : String(knownOf(given, scope));
  };
  const [hours, minutes, seconds] = [part('hours'), part('minutes'), part('seconds')];
  const step = (text: string, of: number) => {
    const match = /^\/(\d+)$/.exec(text);
    const size = match ? Number(match[1]) : 0;
    return size > 0 && of % size === 0 ? size : null;
  };
  // What is left out is any, before the first that stands there, and 0 behind it.
  if (seconds !== null && isAny(minutes) && isAny(hours)) {
    const size = isAny(seconds) ? 1 : step(seconds, 60);
    if (size !== null) return { wakes: { every: isoDuration(size * 1_000) }, every: size * 1_000 };
  }
  if (isZero(seconds) && minutes !== null && isAny(hours)) {
    const size = isAny(minutes) ? 1 : step(minutes, 60);
    if (size !== null) return { wakes: { every: isoDuration(size * 60_000) }, every: size * 60_000 };
  }
  if (isZero(seconds) && isZero(minutes) && hours !== null) {
    const size = isAny(hours) ? 1 : step(hours, 24);
    if (size !== null) return { wakes: { every: isoDuration(size * 3_600_000) }, every: size * 3_600_000 };
  }
  const times = isZero(seconds) ? timesOf(hours, minutes) : null;
  if (times) return { wakes: { times }, every: leastGap(times) };
  throw new NotTaken('trigger time_pattern', 'this pattern is neither an even step from midnight on nor times of day', {
    instead: 'write times of day (`time`), or a step that divides the hour or the day',
  });
}

function isAny(text: string | null): boolean {
  return text === null || text === '*';
}

function isZero(text: string | null): boolean {
  return text === null || /^0+$/.test(text);
}

/** The times of day of a fixed minute, in a fixed hour, in each hour, or in each so manieth. */
function timesOf(hours: string | null, minutes: string | null): readonly string[] | null {
  const list = (text: string | null, of: number, any: readonly number[]) => {
    if (isAny(text)) return any;
    if (/^\d+$/.test(text!) && Number(text) < of) return [Number(text)];
    const size = Number(/^\/(\d+)$/.exec(text!)?.[1] ?? 0);
    return size > 0 ? any.filter((each) => each % size === 0) : null;
  };
  const everyHour = Array.from({ length: 24 }, (_, hour) => hour);
  const hour = list(hours, 24, everyHour);
  const minute = list(minutes, 60, minutes === null ? [0] : Array.from({ length: 60 }, (_, each) => each));
  if (!hour || !minute || hour.length * minute.length > 96) return null;
  const two = (number: number) => String(number).padStart(2, '0');
  return hour.flatMap((each) => minute.map((at) => `${two(each)}:${two(at)}`));
}
