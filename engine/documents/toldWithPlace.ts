import type { CodedError } from '../../twin/CodedError.ts';

/** A problem of a document on one line: `file:line:column path: message`, with the hint behind. */
export function toldWithPlace({ place, message, hint }: CodedError): string {
  const where = [place?.file, place?.line, place?.column].filter((part) => part !== undefined).join(':');
  return `${where}${place?.path === undefined ? '' : ` ${place.path}`}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
