/** Set back by more than this, a clock was wrong before: it is not waited until it is so late again. */
const WRONG_BY_MS = 3_600_000;

/** Whether a clock that showed `taken` before and shows `now` was wrong then (milliseconds since 1970). */
export function isSetBack(taken: number, now: number): boolean {
  return taken - now > WRONG_BY_MS;
}
