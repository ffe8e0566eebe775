import { hash } from 'node:crypto';

/** The link before the first row of a chained log. */
export const FIRST_LINK: Uint8Array = new Uint8Array(32);

type Field = string | number | null | Uint8Array;

/**
 * The next link of a log's chain: SM3 over the link before it and the fields of the row. Rows stay provable after
 * their bodies are erased, because sealed bodies are chained as they lie there (R-09; DH-7.5.3-2).
 */
export function nextLink(previous: Uint8Array, fields: readonly Field[]): Uint8Array {
  // A JSON array keeps fields apart, so that no two rows have one text; bytes go in by their digest.
  const text = JSON.stringify(
    fields.map((field) => (field instanceof Uint8Array ? { sm3: hash('sm3', field) } : field)),
  );
  return hash('sm3', Buffer.concat([previous, Buffer.from(text)]), 'buffer');
}
