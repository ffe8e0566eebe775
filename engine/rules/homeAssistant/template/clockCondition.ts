import type { Condition } from '../../Rule.ts';
import { notOf } from '../conditionsOf.ts';
import { NotTaken } from '../NotTaken.ts';
import { type Comparison, compareKnown } from './knownValues.ts';
import type { Known } from './Value.ts';

/** The days of the week as rules name them, Monday first. */
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const LONG = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** The day of the week that somebody means: by its number from Monday as 0, its name, or the first letters of it. */
export function weekdayOf(value: Known): string {
  const text = String(value).toLowerCase();
  const day =
    WEEKDAYS[typeof value === 'number' ? value : LONG.findIndex((each) => each === text || each.slice(0, 3) === text)];
  if (day === undefined) throw new NotTaken('weekday', `\`${String(value)}\` is no day of the week`);
  return day;
}

/** That the weekday or the hour is so. */
export function clockCondition(
  part: 'weekday' | 'weekday_name' | 'hour',
  operator: Comparison,
  value: Known,
): Condition {
  if (part === 'hour') return hourCondition(operator, value);
  if (operator !== '==' && operator !== '!=') {
    if (part === 'weekday' && typeof value === 'number') return daysCondition(operator, value);
    throw new NotTaken('template now()', 'names of days are compared by `==` and `in` only');
  }
  const condition: Condition = { fact: 'weekday', operator: 'equal', value: weekdayOf(value) };
  return operator === '==' ? condition : notOf(condition);
}

/** Days of the week by their numbers, from Monday as 0. */
function daysCondition(operator: Comparison, value: number): Condition {
  const days = WEEKDAYS.filter((_, day) => compareKnown(day, operator, value));
  return { fact: 'weekday', operator: 'in', value: days };
}

function hourCondition(operator: Comparison, value: Known): Condition {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 23) {
    throw new NotTaken('template now().hour', `\`${String(value)}\` is no hour of a day`);
  }
  const before = (hour: number) => between('00:00', hour === 24 ? '00:00' : clock(hour));
  const from = (hour: number) => (hour === 24 ? notOf(before(24)) : between(clock(hour), '00:00'));
  switch (operator) {
    case '<':
      return value === 0 ? notOf(between('00:00', '00:00')) : before(value);
    case '<=':
      return before(value + 1);
    case '>':
      return from(value + 1);
    case '>=':
      return from(value);
    case '==':
      return between(clock(value), clock((value + 1) % 24));
    case '!=':
      return notOf(between(clock(value), clock((value + 1) % 24)));
  }
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

/** That the clock on the wall is within; from one time to the same is the whole day. */
export function between(from: string, until: string): Condition {
  return { fact: 'local_time', params: { between: [from, until] }, operator: 'equal', value: true };
}
