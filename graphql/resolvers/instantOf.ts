import { parseDate } from '../../engine/rego/policyDates.ts';
import { CodedError } from '../../twin/CodedError.ts';

/** The instant that an argument names, in milliseconds since 1970; throws `command:date.invalid` for what is no date. */
export function instantOf(date: string): number {
  // Answers tell instants by the millisecond, and are asked about again.
  const [, whole = date, fraction, zone = ''] = /^(.+T.+)\.(\d{3})(Z|[+-].+)$/.exec(date) ?? [];
  const instant = parseDate(whole + zone);
  if (instant !== null) return instant + Number(fraction ?? 0);
  throw new CodedError('command:date.invalid', `\`${date}\` is no date`, {
    hint: 'a day such as 2027-01-01, or an instant such as 2027-01-01T09:00:00+08:00',
  });
}
