import { parseDate } from '../../engine/rego/policyDates.ts';
import { CodedError } from '../../twin/CodedError.ts';

/** The instant that an argument names, in milliseconds since 1970; throws `command:date.invalid` for what is no date. */
export function instantOf(date: string): number {
  const instant = parseDate(date);
  if (instant !== null) return instant;
  throw new CodedError('command:date.invalid', `\`${date}\` is no date`, {
    hint: 'a day such as 2027-01-01, or an instant such as 2027-01-01T09:00:00+08:00',
  });
}
