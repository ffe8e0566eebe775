import type { Letters } from './Letters.ts';
import { isRecord, isUnreadable, parsePayload, readText } from './parsePayload.ts';

const MAX_BYTES = 1024;

/** `online` or `offline`, bare as older bridges say it or as `{"state": ...}`; undefined, with a letter, for all else. */
export function readOnOffline(payload: Uint8Array, letters: Letters): 'online' | 'offline' | undefined {
  const text = readText(payload, MAX_BYTES);
  if (typeof text !== 'string') return letters.nothing(text.code, text.detail);
  if (text === 'online' || text === 'offline') return text;
  const parsed = parsePayload(payload, MAX_BYTES);
  if (isUnreadable(parsed)) return letters.nothing(parsed.code, parsed.detail);
  if (!isRecord(parsed.json)) return letters.nothing('payload.not_object', 'neither a word nor an object');
  const state = parsed.json['state'];
  if (state === 'online' || state === 'offline') return state;
  return letters.nothing('value.not_listed', 'neither `online` nor `offline`', 'state');
}
