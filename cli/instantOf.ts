import { parseDate } from '../engine/rego/policyDates.ts';
import { CodedError } from '../twin/CodedError.ts';

/** The instant that `--at` names, in milliseconds since 1970; throws `command:usage` for what is no date. */
export function instantOf(text: string): number {
  const instant = parseDate(text);
  if (instant !== null) return instant;
  throw new CodedError('command:usage', `\`${text}\` is no date`, {
    hint: 'a day such as 2027-01-01, or an instant such as 2027-01-01T09:00:00+08:00',
  });
}
