import { isUtf8 } from 'node:buffer';
import type { DeadLetterCode } from './DeadLetter.ts';

/** A payload that cannot be read, and why. */
export type Unreadable = { readonly code: DeadLetterCode; readonly detail: string };
export type Parsed = { readonly text: string; readonly json: unknown };

/** The text of a payload, without a byte order mark; the reason when it is too large or not UTF-8. */
export function readText(payload: Uint8Array, maxBytes: number): string | Unreadable {
  if (payload.byteLength > maxBytes) {
    return { code: 'payload.too_large', detail: `${payload.byteLength} bytes, at most ${maxBytes} are read` };
  }
  if (!isUtf8(payload)) return { code: 'payload.not_json', detail: 'the payload is not UTF-8' };
  const { buffer, byteOffset, byteLength } = payload;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The JSON of a payload; the reason when there is none. The reason never quotes the payload. */
export function parsePayload(payload: Uint8Array, maxBytes: number): Parsed | Unreadable {
  const text = readText(payload, maxBytes);
  if (typeof text !== 'string') return text;
  try {
    return { text, json: JSON.parse(text) as unknown };
  } catch {
    return { code: 'payload.not_json', detail: `the payload (${payload.byteLength} bytes) is not JSON` };
  }
}

export function isUnreadable(result: string | Parsed | Unreadable): result is Unreadable {
  return typeof result === 'object' && 'code' in result;
}

export function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * How many keys the outermost object of a valid JSON text has, counting a key each time it stands there. More than the
 * parsed object has means that some stand twice.
 */
export function countKeys(text: string): number {
  let depth = 0;
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = endOfString(text, i);
    else if (c === COLON) keys += depth === 1 ? 1 : 0;
    else if (c === 0x7b || c === 0x5b) depth++;
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return keys;
}

/** The keys that stand more than once in the outermost object of a valid JSON text. */
export function duplicateKeys(text: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  let depth = 0;
  let key = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      const end = endOfString(text, i);
      if (depth === 1) key = JSON.parse(text.slice(i, end + 1)) as string;
      i = end;
    } else if (c === COLON && depth === 1) {
      if (seen.has(key)) twice.add(key);
      seen.add(key);
    } else if (c === 0x7b || c === 0x5b) depth++;
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return twice;
}

/** The place of the quote that ends the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (escaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes stands before the place. */
function escaped(text: string, place: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(place - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}
