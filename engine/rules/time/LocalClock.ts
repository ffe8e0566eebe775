import { DAYS, type Day } from '../../facts/timeWindows.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = DAYS.indexOf('thu');

/**
 * The clock on the wall of a zone. Instants are milliseconds since 1970. Reading it costs an addition: between two changes
 * of the zone's offset, which are half a year apart, nothing is computed.
 */
export class LocalClock {
  readonly #zone: string;
  #offset = 0;
  /** The offset holds from here until there. */
  #from = 0;
  #until = 0;

  private constructor(zone: string) {
    this.#zone = zone;
  }

  /** The one clock of an IANA time zone; it throws a `RangeError` for a zone that does not exist. */
  static of(zone: string): LocalClock {
    let clock = clocks.get(zone);
    if (!clock) {
      clock = new LocalClock(zone);
      clock.#offsetAt(Date.now());
      clocks.set(zone, clock);
    }
    return clock;
  }

  /** Minutes since midnight. */
  minuteAt(instant: number): number {
    const local = instant + this.#offsetAt(instant);
    return Math.floor((local - Math.floor(local / DAY_MS) * DAY_MS) / MINUTE_MS);
  }

  weekdayAt(instant: number): Day {
    return DAYS[(((this.dayAt(instant) + FIRST_WEEKDAY) % 7) + 7) % 7]!;
  }

  /** The date, as days since 1 January 1970. */
  dayAt(instant: number): number {
    return Math.floor((instant + this.#offsetAt(instant)) / DAY_MS);
  }

  /**
   * The first instant after `instant` at which it shows a time, given in minutes since midnight: once on each date. A time
   * that a date leaves out comes as much later as the clock jumped; of one that a date has twice, the first is meant.
   */
  nextTime(minutes: number, instant: number): number {
    for (let day = this.dayAt(instant) - 1; ; day += 1) {
      const at = this.#instantOf(day, minutes);
      if (at > instant) return at;
    }
  }

  /** The first instant after `instant` that is a multiple of `ms` after its midnight. Each date begins anew. */
  nextMultiple(ms: number, instant: number): number {
    const day = this.dayAt(instant);
    const midnight = this.midnight(day);
    const next = midnight + (Math.floor((instant - midnight) / ms) + 1) * ms;
    return Math.min(next, this.midnight(day + 1));
  }

  /** When a date begins. */
  midnight(day: number): number {
    return dateOf(day).toZonedDateTime(this.#zone).epochMilliseconds;
  }

  #instantOf(day: number, minutes: number): number {
    const plainTime = { hour: Math.floor(minutes / 60), minute: minutes % 60 };
    return dateOf(day).toZonedDateTime({ timeZone: this.#zone, plainTime }).epochMilliseconds;
  }

  #offsetAt(instant: number): number {
    if (instant >= this.#from && instant < this.#until) return this.#offset;
    const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(this.#zone);
    // A moment later, so that a change at this very instant is the one before.
    const before = zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
    this.#from = before?.epochMilliseconds ?? Number.NEGATIVE_INFINITY;
    this.#until = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    this.#offset = zoned.offsetNanoseconds / 1e6;
    return this.#offset;
  }
}

const clocks = new Map<string, LocalClock>();

function dateOf(day: number): Temporal.PlainDate {
  return EPOCH.add({ days: day });
}
const EPOCH = new Temporal.PlainDate(1970, 1, 1);
