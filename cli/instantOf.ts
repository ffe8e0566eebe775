import { parseDate } from '../engine/rego/policyDates.ts';
import { CodedError } from '../twin/CodedError.ts';

/**
 * The instant that `--at` names, in milliseconds since 1970; throws `command:usage` for what is no date. Other than the
 * dates of policies it may have a fraction of a second, so that instants can be given as they are printed.
 */
export function instantOf(text: string): number {
  const fraction = /\.\d{1,3}(?=(?:Z|[+-]\d\d:\d\d)$)/.exec(text)?.[0] ?? '';
  const instant = parseDate(text.replace(fraction, ''));
  if (instant !== null) return instant + Math.round(Number(`0${fraction}`) * 1000);
  throw new CodedError('command:usage', `\`${text}\` is no date`, {
    hint: 'a day such as 2027-01-01, or an instant such as 2027-01-01T09:00:00+08:00',
  });
}
