import { CodedError } from '../../twin/CodedError.ts';

/** A named part of the week, by the clock on the wall of a zone; `policies/facts.yaml` tells more. */
export type TimeWindow = {
  readonly name: string;
  /** An IANA time zone. */
  readonly zone: string;
  /** Minutes since midnight. */
  readonly from: number;
  readonly until: number;
  /** The days on which it begins, of `DAYS`. */
  readonly days: readonly Day[];
};

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

const MINUTE = 60_000;

/** Reads windows as they stand in a file; throws `policy:facts.invalid` for the first that is wrong. */
export function parseTimeWindows(raw: unknown, file: string): readonly TimeWindow[] {
  const invalid = (path: string, message: string, hint: string) =>
    new CodedError('policy:facts.invalid', message, { place: { file, path }, hint });
  if (!Array.isArray(raw)) throw invalid('/time_windows', '`time_windows` is no list', 'write one window a line');
  const names = new Set<unknown>();
  return raw.map((each: Readonly<Record<string, unknown>>, index) => {
    const path = `/time_windows/${index}`;
    const { name, zone, from, until, days = DAYS, ...more } = each ?? {};
    if (typeof name !== 'string' || !/^[a-z][a-z0-9_]*$/.test(name) || names.has(name)) {
      throw invalid(
        path,
        `\`${name}\` is no name of a window of its own`,
        'a name is lower_snake_case and stands once',
      );
    }
    names.add(name);
    if (typeof zone !== 'string' || !isZone(zone)) {
      throw invalid(
        path,
        `the window \`${name}\` has no known \`zone\`: \`${zone}\``,
        'a zone is such as Asia/Shanghai',
      );
    }
    const [starts, ends] = [minuteOf(from), minuteOf(until)];
    if (starts === null || ends === null || starts === ends) {
      throw invalid(
        path,
        `the window \`${name}\` has no \`from\` and \`until\``,
        'two different hours such as "09:00"',
      );
    }
    if (!Array.isArray(days) || days.length === 0 || days.some((day) => !DAYS.includes(day as Day))) {
      throw invalid(path, `the window \`${name}\` has unknown \`days\``, `days are ${DAYS.join(', ')}`);
    }
    const [unknown] = Object.keys(more);
    if (unknown) throw invalid(path, `the window \`${name}\` has an unknown \`${unknown}\``, 'see the other windows');
    return { name, zone, from: starts, until: ends, days: days as readonly Day[] };
  });
}

/** Makes the answer to which windows are in force at an instant (milliseconds since 1970), sorted by name. */
export function windowsInForce(windows: readonly TimeWindow[]): (instant: number) => readonly string[] {
  const clocks = new Map(windows.map(({ zone }) => [zone, wallClock(zone)]));
  let minute = Number.NaN;
  let names: readonly string[] = [];
  return (instant) => {
    // Zones change their offset by whole minutes, so that nothing starts or ends within one.
    if (Math.floor(instant / MINUTE) === minute) return names;
    minute = Math.floor(instant / MINUTE);
    names = windows
      .filter((window) => isInForce(window, clocks.get(window.zone)!(instant)))
      .map(({ name }) => name)
      .sort();
    return names;
  };
}

type WallTime = { readonly day: number; readonly minute: number };

function isInForce({ from, until, days }: TimeWindow, { day, minute }: WallTime): boolean {
  const begins = (on: number): boolean => days.includes(DAYS[(on + DAYS.length) % DAYS.length]!);
  if (from < until) return begins(day) && from <= minute && minute < until;
  return (begins(day) && from <= minute) || (begins(day - 1) && minute < until);
}

function wallClock(zone: string): (instant: number) => WallTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  });
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return {
      day: DAYS.indexOf(parts['weekday']!.toLowerCase() as Day),
      minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    };
  };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function minuteOf(text: unknown): number | null {
  const [, hours, minutes] = (typeof text === 'string' && /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)) || [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}
