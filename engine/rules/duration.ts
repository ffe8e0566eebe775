import { CodedError } from '../../twin/CodedError.ts';

const FORM = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration in days, hours, minutes and seconds; months and years have no fixed length.
 * Throws `rule:duration.invalid`.
 *
 * @example
 * duration('PT10M'); // 600000
 */
export function duration(text: string): number {
  const parts = FORM.exec(text);
  if (!parts || text === 'P') {
    throw new CodedError('rule:duration.invalid', `\`${text}\` is not a duration`, {
      hint: 'write ten minutes as `PT10M`, a day and an hour as `P1DT1H`',
    });
  }
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** The same of a duration that may have a minus before it; 0 of none. */
export function offsetMs(text: unknown): number {
  if (typeof text !== 'string') return 0;
  return text.startsWith('-') ? -duration(text.slice(1)) : duration(text);
}
